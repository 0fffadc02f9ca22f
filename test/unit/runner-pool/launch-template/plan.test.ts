import { describe, expect, it } from '@jest/globals';
import type { RunnerPool } from '../../../../src/api/runner-pool.gen.js';
import { claimedProblem, newVersion } from '../../../../src/runner-pool/launch-template/plan.js';
import type { Versions } from '../../../../src/runner-pool/launch-template/versions.js';
import { runnerPool } from '../../../support/runner-pools.js';

const launchTemplate = { account: 'shared', region: 'eu-west-1', id: 'lt-0123456789abcdef0' };

function pool(name = 'builders', creationTimestamp = '2026-11-21T09:00:00Z', more = {}): RunnerPool {
  const made = runnerPool({ nodes: { provisioner: 'LaunchTemplate', launchTemplate: { ...launchTemplate, ...more } } });
  return { ...made, metadata: { namespace: 'ci', name, uid: 'uid-1', creationTimestamp } };
}

function versions(latest: Partial<Versions['latest']> = {}): Versions {
  return { latest: { number: 7, userData: 'a', guarded: true, ...latest }, default: 3 };
}

const made = (userData: string, present: Versions) => newVersion(pool(), launchTemplate, userData, present);

describe('no version is made', () => {
  it.each<[why: string, userData: string, present: Versions]>([
    ['where the latest has the bytes', 'a', versions()],
    ['where nodes need no user data', '', versions({ userData: 'theirs' })],
  ])('%s', (_why, userData, present) => {
    expect(made(userData, present)).toBeUndefined();
  });
});

describe('a version is made', () => {
  it.each<[why: string, userData: string, present: Versions, data: object]>([
    ['where bytes changed', 'b', versions(), { UserData: 'Yg==' }],
    ['where the latest lets pods ask for credentials', 'a', versions({ guarded: false }), { UserData: 'YQ==' }],
    ['and keeps the user data where nodes need none', '', versions({ guarded: false }), {}],
  ])('%s', (_why, userData, present, data) => {
    const MetadataOptions = { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 };
    expect(made(userData, present)).toMatchObject({
      LaunchTemplateId: launchTemplate.id,
      SourceVersion: '7',
      LaunchTemplateData: { ...data, MetadataOptions },
    });
    expect(made(userData, present)?.LaunchTemplateData?.UserData).toBe('UserData' in data ? data.UserData : undefined);
  });

  it('once, however often it is asked for', () => {
    expect(made('b', versions())?.ClientToken).toBe(made('b', versions())?.ClientToken);
    expect(made('b', versions())?.ClientToken).not.toBe(made('c', versions())?.ClientToken);
    expect(made('b', versions())?.ClientToken).not.toBe(made('b', versions({ number: 8 }))?.ClientToken);
  });
});

it.each<[what: string, other: RunnerPool, taken: boolean]>([
  ['an older pool has', pool('others', '2026-11-20T09:00:00Z'), true],
  ['a pool as old, whose name comes first, has', pool('a'), true],
  ['a younger pool has', pool('others', '2026-11-22T09:00:00Z'), false],
  ['nobody else has', pool('others', '2026-11-20T09:00:00Z', { id: 'lt-1123456789abcdef0' }), false],
])('a launch template that %s', (_what, other, taken) => {
  expect(claimedProblem(pool(), [pool(), other])?.reason).toBe(taken ? 'LaunchTemplateTaken' : undefined);
});
