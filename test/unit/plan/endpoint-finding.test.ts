import { describe, expect, it } from '@jest/globals';
import { createColors } from 'picocolors';
import type { EndpointFinding } from '../../../src/plan/endpoint-finding.js';
import { planMarkdown } from '../../../src/plan/markdown.js';
import { planText } from '../../../src/plan/text.js';
import { wishOf } from '../../../src/private-link-endpoint/wish.js';
import { group, planInput, wish } from '../cidr-set/build.js';
import {
  endpoint,
  lbArn,
  planOf,
  resource,
  runners,
  service,
  type WorldChange,
  zone,
} from '../private-link-endpoint/world.js';
import { reportOf } from './build.js';

const accounts = new Map([
  ['shared', '111111111111'],
  ['team-a', '222222222222'],
]);

function finding(change: WorldChange = {}, more: Partial<EndpointFinding> = {}): EndpointFinding {
  return {
    wish: wishOf(resource(change), 'owner'),
    plan: planOf(change),
    accounts,
    unread: new Set(),
    ...more,
  };
}

function text(...endpoints: EndpointFinding[]): string {
  return planText(reportOf([], { endpoints }), createColors(false));
}

const fresh: WorldChange = {
  provider: { services: [], connections: [] },
  vpc: { endpoints: [], groups: [], services: [] },
  zones: [],
};
const consumers = [{ ...runners, policy: '{}', tags: { team: 'ci' } }];
const hosts = [{ public: 'gitlab.example.com', private: 'git.privatelink.example.com' }];
const pending: WorldChange = {
  vpc: { endpoints: [{ ...endpoint, state: 'pending' }] },
  provider: { connections: [] },
  zones: [],
};
const taken = {
  ...zone,
  records: zone.records.filter(({ type }) => type !== 'TXT'),
};

describe('the plan of a PrivateLinkEndpoint', () => {
  it('is one line where there is nothing to do', () => {
    expect(text(finding())).toBe(
      'In sync: 0 groups, 1 endpoint service, 1 endpoint, 1 hosted zone, 0 rules of this install. 9 calls.\n',
    );
  });

  it('begins with what can be made at once, and says that there is more to come', () => {
    expect(text(finding(fresh))).toMatchInlineSnapshot(`
      "shared / eu-west-1
        sallyport-ci-gitlab
          + endpoint service  ci/gitlab

      team-a / eu-west-1
        sallyport-ci-gitlab-runners
          + security group in vpc-1 of runners  ci/gitlab

      ci/gitlab: what builds on these comes after them.
      2 accounts, 2 account regions, 0 groups, 0 rules of this install read with 9 calls.
      Plan: 2 to add, 0 to change, 0 to remove, 0 groups over quota.
      "
    `);
  });

  it('shows changes where they are made: in accounts and regions, and for zones in accounts', () => {
    expect(text(finding({ spec: { consumers, hosts } }))).toMatchInlineSnapshot(`
      "team-a
        Z1
          + record git.privatelink.example.com in Z1, of runners     ci/gitlab
          - record gitlab.privatelink.example.com in Z1, of runners  ci/gitlab

      team-a / eu-west-1
        sg-1  sallyport-ci-gitlab-runners
          ~ tags team on sg-1 of runners  ci/gitlab
        vpce-1  sallyport-ci-gitlab-runners
          ~ policy on vpce-1 of runners     ci/gitlab
          ~ tags team on vpce-1 of runners  ci/gitlab

      2 accounts, 2 account regions, 0 groups, 1 endpoint service, 1 endpoint, 1 hosted zone, 0 rules of this install read with 9 calls.
      Plan: 1 to add, 3 to change, 1 to remove, 0 groups over quota.
      "
    `);
  });

  it('waits for AWS, and says so, where nothing is to be done now', () => {
    const report = reportOf([], { endpoints: [finding(pending)] });
    expect(report.summary).toMatchObject({
      add: 0,
      change: 0,
      remove: 0,
      differs: true,
    });
    expect(text(finding(pending))).toContain('ci/gitlab waits: runners: vpce-1 is pending.\n');
  });

  it('tells what a person must see to', () => {
    expect(text(finding({ zones: [taken] }))).toContain(
      '! ci/gitlab: runners: gitlab.privatelink.example.com in Z1 was made by someone else and is left alone',
    );
  });

  it('tells what stays behind, which by itself is no difference', () => {
    const { plan } = finding();
    const report = reportOf([], {
      endpoints: [finding({}, { plan: { ...plan, left: ['zone Z9 stays'] } })],
    });
    expect(report.summary.differs).toBe(false);
    expect(planText(report, createColors(false))).toMatch(/^! ci\/gitlab: left behind: zone Z9 stays\n\nIn sync/);
  });

  it('holds all in mode Plan', () => {
    const report = reportOf([], {
      endpoints: [finding({ ...fresh, spec: { mode: 'Plan' } })],
    });
    expect(report.summary).toMatchObject({ add: 0, held: 2, differs: true });
    expect(planText(report, createColors(false))).toContain('ci/gitlab (not written: mode is Plan)');
  });

  it('is for the accounts that are asked for', () => {
    const teamA = new Map([['team-a', '222222222222']]);
    const shown = text(finding({ ...fresh, provider: { ...fresh.provider, loadBalancers: [] } }, { accounts: teamA }));
    expect(shown).toMatch(/^team-a \/ eu-west-1\n/);
    expect(shown).not.toMatch(/shared|load balancer/);
  });

  it('leaves what could not be read to the errors', () => {
    const problem = { reason: 'AccountDenied', message: 'no way in' };
    const change: WorldChange = { vpc: { ok: false, problem }, zones: [] };
    expect(text(finding(change))).toContain('no way in');
    expect(text(finding(change, { unread: new Set([problem]) }))).not.toContain('no way in');
  });

  it('stands with what sets do to the same group', () => {
    const office = planInput([wish('office', ['203.0.113.0/24'])], [group([])]);
    const scope = {
      account: 'team-a',
      accountId: '222222222222',
      region: 'eu-west-1',
    };
    const report = reportOf([{ ...office, scope }], {
      endpoints: [finding({ spec: { consumers } })],
    });
    const [own, ...others] = report.scopes.flatMap(({ objects }) => objects.filter(({ id }) => id === 'sg-1'));
    expect(others).toEqual([]);
    expect(own?.changes.map(({ value }) => value)).toEqual(['203.0.113.0/24', 'tags team on sg-1 of runners']);
    expect(own?.quotas).toHaveLength(1);
  });

  it('goes into a comment as it is', () => {
    const comment = planMarkdown(
      reportOf([], {
        endpoints: [finding(fresh), finding({ zones: [taken] })],
      }),
    );
    expect(comment).toContain('<summary>shared / eu-west-1: 1 change</summary>');
    expect(comment).toContain('! ci/gitlab: runners: gitlab.privatelink.example.com in Z1');
    expect(comment).toContain('ci/gitlab: what builds on these comes after them.');
  });
});

it.each<[what: string, change: WorldChange, object: string]>([
  [
    'a service',
    { provider: { services: [{ ...service, acceptanceRequired: false }] } },
    'endpointServices vpce-svc-1 sallyport-ci-gitlab',
  ],
  [
    'a load balancer',
    {
      spec: {
        service: {
          provider: {
            account: 'shared',
            region: 'eu-west-1',
            loadBalancer: { arn: lbArn },
            enforceSecurityGroups: false,
          },
        },
      },
    },
    `loadBalancers ${lbArn} ${lbArn}`,
  ],
  [
    'an endpoint',
    { spec: { consumers: [{ ...runners, policy: '{}' }] } },
    'endpoints vpce-1 sallyport-ci-gitlab-runners',
  ],
  [
    'a group that is to be made',
    { vpc: { groups: [] } },
    'securityGroups sallyport-ci-gitlab-runners sallyport-ci-gitlab-runners',
  ],
  ['a zone', { spec: { hosts: [] } }, 'hostedZones Z1 Z1'],
  ['a zone that is to be made', { zones: [] }, 'hostedZones privatelink.example.com privatelink.example.com'],
])('says of a change to %s what it is about', (_what, change, object) => {
  const { scopes } = reportOf([], { endpoints: [finding(change)] });
  expect(scopes.flatMap(({ objects }) => objects.map(({ target, id, name }) => `${target} ${id} ${name}`))).toEqual([
    object,
  ]);
});
