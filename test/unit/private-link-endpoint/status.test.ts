import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../src/aws/errors.js';
import type { Outcome } from '../../../src/private-link-endpoint/operation.js';
import { type StatusInput, statusOf } from '../../../src/private-link-endpoint/status.js';
import { planOf, providerReading, resource, runners, service, type WorldChange } from './world.js';

const now = '2026-11-21T15:00:00Z';

function statusFor(change: WorldChange = {}, more: Partial<StatusInput> = {}) {
  return statusOf({ object: resource(change), plan: planOf(change), outcomes: [], now, ...more });
}

/** `Ready True Ready` */
function conditions(status: ReturnType<typeof statusFor>): string[] {
  return (status.conditions ?? []).map(({ type, status: is, reason }) => `${type} ${is} ${reason}`);
}

it('tells all of what is done', () => {
  expect(statusFor()).toMatchObject({
    endpoints: '1/1',
    records: '1/1',
    service: { id: 'vpce-svc-1', account: 'shared', region: 'eu-west-1', state: 'Available', othersWaiting: 0 },
    consumers: [
      {
        name: 'runners',
        ready: true,
        reason: 'Ready',
        endpointId: 'vpce-1',
        state: 'available',
        dnsNames: ['vpce-1.svc.vpce.amazonaws.com'],
        groupId: 'sg-1',
        zoneId: 'Z1',
      },
    ],
  });
  const all = ['Ready', 'ServiceReady', 'EndpointsReady', 'RecordsReady'];
  expect(conditions(statusFor())).toEqual(all.map((type) => `${type} True Ready`));
});

const shut = { ok: false as const, problem: { reason: 'AccountDenied', message: 'denied' } };

describe('Ready is False', () => {
  it.each<[what: string, change: WorldChange, ready: string, parts: string[]]>([
    [
      'while the endpoint is made',
      { vpc: { endpoints: [] } },
      'Creating',
      ['ServiceReady True Ready', 'EndpointsReady False Creating', 'RecordsReady False NoEndpoint'],
    ],
    [
      'while a record is missing, though the endpoint is there',
      { zones: [] },
      'Creating',
      ['ServiceReady True Ready', 'EndpointsReady True Ready', 'RecordsReady False Creating'],
    ],
    [
      'while a consumer is out of reach',
      { vpc: shut },
      'AccountDenied',
      ['ServiceReady True Ready', 'EndpointsReady False AccountDenied', 'RecordsReady False AccountDenied'],
    ],
    [
      'while the service changes',
      { provider: { services: [{ ...service, acceptanceRequired: false }] } },
      'Changing',
      ['ServiceReady False Changing', 'EndpointsReady True Ready', 'RecordsReady True Ready'],
    ],
    [
      'while it is deleted',
      { deleted: true },
      'Deleting',
      ['ServiceReady False Deleting', 'EndpointsReady False Deleting', 'RecordsReady False Deleting'],
    ],
    [
      'for what a person must see to, though the service only waits',
      { provider: { services: [{ ...service, state: 'Pending' }] }, vpc: { subnets: [], endpoints: [] } },
      'NoSubnet',
      ['ServiceReady False Pending', 'EndpointsReady False NoSubnet', 'RecordsReady False NoEndpoint'],
    ],
  ])('%s', (_what, change, ready, parts) => {
    expect(conditions(statusFor(change))).toEqual([`Ready False ${ready}`, ...parts]);
  });
});

it('names what failed, where, and what to do', () => {
  const change = { zones: [] };
  const [operation] = planOf(change).operations;
  if (!operation) throw new Error('nothing to do');
  const call = {
    account: 'team-a',
    accountId: '1',
    region: 'eu-west-1',
    service: 'route53',
    action: 'CreateHostedZone',
  };
  const detail = { class: 'InUse' as const, code: 'ConflictingDomainExists', message: 'a zone is there' };
  const outcomes: Outcome[] = [{ operation, result: new AwsError(call, detail) }];
  const [ready] = statusFor(change, { outcomes }).conditions ?? [];
  expect(ready).toMatchObject({
    reason: 'ZoneConflict',
    message: expect.stringMatching(
      /^runners: team-a private zone .*: a zone is there; the VPC has another private zone/,
    ),
  });
});

it('keeps what it knew of a consumer that is out of reach', () => {
  const known = { name: 'runners', account: 'team-a', region: 'eu-west-1', ready: true, reason: 'Ready' };
  const status = { consumers: [{ ...known, endpointId: 'vpce-1', groupId: 'sg-1', zoneId: 'Z1' }] };
  expect(statusFor({ vpc: shut, zones: [], status }).consumers).toEqual([
    { ...status.consumers[0], ready: false, reason: 'AccountDenied', message: 'denied' },
  ]);
});

it('shows the plan, and writes that it is one', () => {
  const status = statusFor({ vpc: { endpoints: [] } }, { held: 'mode is Plan, so nothing is written' });
  expect(status.plan).toEqual({
    add: 1,
    change: 0,
    remove: 0,
    operations: ['+ team-a/eu-west-1 endpoint in vpc-1 of runners'],
  });
  expect(status.conditions?.[0]).toMatchObject({
    reason: 'Planned',
    message: 'runners: status.plan has 1 operation; mode is Plan, so nothing is written',
  });
});

it('counts others who wait', () => {
  const [connection] = providerReading.connections;
  const others = ['pendingAcceptance', 'available'].map((state) => {
    return { ...connection, endpointId: `vpce-${state}`, accountId: '999999999999', state } as never;
  });
  expect(statusFor({ provider: { connections: others } }).service).toMatchObject({
    othersWaiting: 1,
    others: [{ state: 'pendingAcceptance' }, { state: 'available' }],
  });
});

it('tells no more of a consumer that is gone', () => {
  const former = { name: 'former', account: 'team-a', region: 'eu-west-1', ready: true, reason: 'Ready' };
  const status = { consumers: [former] };
  expect(statusFor({ status, zonesBy: { former: [] } }).consumers?.map(({ name }) => name)).toEqual([runners.name]);
});
