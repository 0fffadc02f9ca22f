import { expect, it } from '@jest/globals';
import { type DeletionState, deletionState } from '../../../src/cidr-set/deletion.js';
import { noFacts } from '../../../src/cidr-set/facts.js';
import type { ScopeReport } from '../../../src/cidr-set/report.js';
import type { Change } from '../../../src/cidr-set/targets/kind.js';
import type { ScopeView } from '../../../src/cidr-set/view.js';
import { wishDigest } from '../../../src/cidr-set/wish.js';
import { wish } from './build.js';
import { change, cidrSet, scope } from './resources.js';

const released = wish('office', [], { targets: {}, release: 'Delete' });
const facts = { ...noFacts(), groups: 1, owned: 1 };
const error = { reason: 'AwsUnreachable', message: 'shared/eu-west-1: it is down' };
const denied = { reason: 'AccountDenied', message: 'shared/eu-west-1: sts:AssumeRole was denied' };
const digests = new Map([['office', wishDigest(released)]]);
const unlooked: Partial<ScopeReport> = { digests: new Map([['office', 'as it was before']]) };

function looked(...pending: Change[]): Partial<ScopeReport> {
  return { sets: new Map([['office', { ...facts, pending }]]) };
}

it.each<[what: string, report: Partial<ScopeReport> | undefined, rules: number, expected: Partial<DeletionState>]>([
  ['waits for the first look', undefined, 1, { unseen: ['shared/eu-west-1'] }],
  ['waits for a look since', unlooked, 1, { unseen: ['shared/eu-west-1'] }],
  ['has let go when nothing is left to remove', looked(), 1, {}],
  [
    'waits for what could not be removed',
    looked(change('Revoke', 'tcp/443 10.0.0.0/8')),
    1,
    { waiting: ['shared/eu-west-1: 1 change still to be made'] },
  ],
  [
    'leaves a rule that another set may need',
    looked(change('Revoke', 'tcp/443 10.0.0.0/8', { held: 'SourcesIncomplete' })),
    1,
    {},
  ],
  ['waits for an account that fails', { error }, 1, { waiting: ['shared/eu-west-1: it is down'] }],
  ['waits for one that was never told to have rules of it too', { error }, 0, { waiting: [error.message] }],
  ['waits for one that lets nobody in and has rules of it', { error: denied }, 1, { waiting: [denied.message] }],
  ['does not wait for one that lets nobody in and never had any', { error: denied }, 0, {}],
])('a set that is being deleted %s', (_what, report, rules, expected) => {
  const view: ScopeView = {
    account: 'shared',
    region: 'eu-west-1',
    wish: released,
    ...(report && { report: { scope, digests, sets: new Map(), failed: new Map(), ...report } }),
  };
  const listed = { region: 'eu-west-1', groups: 1, foreignRules: 0, drift: 0, reason: 'InSync' };
  const scopes = [
    { ...listed, account: 'shared', rules },
    { ...listed, account: 'sold', rules: 2 },
  ];
  expect(deletionState(cidrSet({}, { status: { scopes } }), [view])).toEqual({
    unseen: [],
    waiting: [],
    left: ['sold/eu-west-1: 2 rules, and no AwsAccount declares that any more'],
    ...expected,
  });
});
