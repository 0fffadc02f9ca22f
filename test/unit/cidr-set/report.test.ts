import { expect, it } from '@jest/globals';
import { noFacts, type SetFacts } from '../../../src/cidr-set/facts.js';
import { failedReport, scopeReport } from '../../../src/cidr-set/report.js';
import type { Outcome } from '../../../src/cidr-set/targets/kind.js';
import { wishDigest } from '../../../src/cidr-set/wish.js';
import { wish } from './build.js';
import { change, denial, outcome, scope } from './resources.js';

const wishes = [wish('office', ['203.0.113.0/24']), wish('vpn', [])];
const facts: SetFacts = { ...noFacts(), groups: 2, rules: 3, foreignRules: 1, owned: 2 };

const shared = change('Authorize', 'tcp/443 192.0.2.0/24', { sets: ['office', 'vpn'] });
const own = change('Authorize', 'tcp/443 203.0.113.0/24');
const removal = change('Revoke', 'tcp/443 10.0.0.0/8', { sets: ['vpn'] });
const held = change('Revoke', 'tcp/443 10.1.0.0/16', { held: 'RemovalGuard' });

function reportOf(...outcomes: Outcome[]) {
  const sets = new Map([
    ['office', { ...facts, problems: [{ reason: 'RemovalGuard', message: '1 of 2 rules would go' }] }],
    ['vpn', facts],
  ]);
  return scopeReport(scope, wishes, {}, { operations: [], held: [held], sets }, outcomes).sets;
}

it('counts what was added, for each set that it was for, and keeps what is held as pending', () => {
  const sets = reportOf(outcome('Done', shared, own), outcome('Done', removal));
  expect(sets.get('office')).toMatchObject({
    rules: 5,
    pending: [held],
    problems: [{ reason: 'RemovalGuard', message: 'shared/eu-west-1: 1 of 2 rules would go' }],
  });
  expect(sets.get('vpn')).toMatchObject({ rules: 4, pending: [], problems: [] });
});

it('tells of a failure to the sets that it concerns, and what waits for it to those that wait', () => {
  const sets = reportOf(outcome(denial(), own), outcome('NotTried', removal));
  expect(sets.get('office')).toMatchObject({ rules: 3, pending: [held, own] });
  expect(sets.get('office')?.problems[1]).toEqual({
    reason: 'AccountDenied',
    message:
      "shared/eu-west-1 sg-1 (gitlab-nlb): ec2:CreateTags was denied; allow it in the policy of the AwsAccount's role, or in its trust policy",
  });
  expect(sets.get('vpn')).toMatchObject({ pending: [removal], problems: [] });
});

it('knows nothing of the sets in a scope that could not be read, but for which wishes it was looked at', () => {
  const { error, sets, digests } = failedReport(scope, wishes, denial());
  expect(error?.message).toMatch(/^shared\/eu-west-1: ec2:CreateTags was denied; /);
  expect(sets.size).toBe(0);
  expect([...digests]).toEqual(wishes.map((each) => [each.set, wishDigest(each)]));
});
