import { describe, expect, it } from '@jest/globals';
import { createColors } from 'picocolors';
import type { AwsAccount } from '../../../src/api/aws-account.gen.js';
import type { CidrSet, CidrSetStatus } from '../../../src/api/cidr-set.gen.js';
import type { Condition } from '../../../src/kube/conditions.js';
import type { Overview } from '../../../src/overview/overview.js';
import { statusReport } from '../../../src/status/report.js';
import { statusText } from '../../../src/status/text.js';
import { awsAccount, cidrSet } from '../cidr-set/resources.js';

const at = '2026-11-21T09:00:00Z';
const denied = 'team-b/eu-west-1: sts:AssumeRole was denied; allow it in its trust policy';

function condition(type: string, status: Condition['status'], reason: string, message = ''): Condition {
  return { type, status, observedGeneration: 1, lastTransitionTime: at, reason, message };
}

function set(name: string, conditions: Condition[], status: CidrSetStatus = {}, more: object = {}): CidrSet {
  return cidrSet({}, { metadata: { name, generation: 1, ...more }, status: { conditions, ...status } });
}

const well = [condition('Ready', 'True', 'InSync')];
const unwell = [condition('Ready', 'False', 'AccountDenied', denied)];

function account(name: string, conditions: Condition[]): AwsAccount {
  return { ...awsAccount(name), metadata: { name, generation: 1 }, status: { conditions } };
}

function company(parts: Partial<Overview>): Overview {
  return { accounts: [], sets: [], endpoints: [], pools: [], ...parts };
}

function textOf(parts: Partial<Overview>): string {
  return statusText(statusReport(company(parts)), createColors(false));
}

describe('what is not well', () => {
  it.each<[string, CidrSet, object[]]>([
    ['Ready', set('office', well), []],
    [
      'not Ready',
      set('office', unwell),
      [{ kind: 'CidrSet', name: 'office', reason: 'AccountDenied', message: denied, since: at }],
    ],
    [
      'not Ready, in the words of the condition at its root',
      set('office', [condition('Ready', 'False', 'Sum'), condition('RulesInSync', 'False', 'Root', 'why')]),
      [{ kind: 'CidrSet', name: 'office', reason: 'Root', message: 'why', since: at }],
    ],
    [
      'under way',
      set('office', [condition('Ready', 'Unknown', 'Progressing', 'Working on shared/eu-west-1')]),
      [expect.objectContaining({ reason: 'Progressing', underWay: true })],
    ],
    ['never looked at', set('office', []), [expect.objectContaining({ reason: 'NotSeen', underWay: true })]],
    [
      'changed since it was looked at',
      set('office', well, {}, { generation: 2 }),
      [expect.objectContaining({ reason: 'NotSeen', message: expect.stringContaining('was changed') })],
    ],
    [
      'being deleted',
      set('office', well, {}, { deletionTimestamp: at }),
      [expect.objectContaining({ reason: 'Deleting', underWay: true })],
    ],
    [
      'being deleted, and stuck',
      set('office', unwell, {}, { deletionTimestamp: at }),
      [{ kind: 'CidrSet', name: 'office', reason: 'Deleting', message: denied, underWay: false, since: at }],
    ],
  ])('%s', (_, one, expected) => {
    const report = statusReport(company({ sets: [one] }));
    expect(report.troubles).toEqual(expected);
    expect(report.well).toBe(expected.length === 0);
    expect(report.sets[0]?.ready).toBe(expected.length === 0);
  });

  it('comes in the order in which one waits for the other, what is under way last', () => {
    const overview = company({
      accounts: [account('team-a', []), account('team-b', unwell)],
      sets: [set('office', unwell)],
    });
    expect(statusReport(overview).troubles.map(({ name }) => name)).toEqual(['team-b', 'office', 'team-a']);
  });
});

it('what is Ready and near a quota is told, and all is well', () => {
  const near = condition('QuotaHeadroom', 'False', 'NearQuota', 'shared/eu-west-1 sg-1: 55 of 60 rules');
  const report = statusReport(company({ sets: [set('office', [...well, near])] }));
  expect(report).toMatchObject({ well: true, notes: [{ name: 'office', reason: 'NearQuota' }] });
});

it('names are told once for what several say, and the first screen has what is wrong', () => {
  const sets = ['office', 'vpn'].map((name) => set(name, unwell));
  const text = textOf({ accounts: [account('team-b', unwell)], sets });
  expect(text.split('\n\n')[1]).toBe(
    [
      'AwsAccount team-b: AccountDenied, since 2026-11-21 09:00 UTC',
      `  ${denied}`,
      'CidrSets office, vpn: AccountDenied',
      `  ${denied}`,
    ].join('\n'),
  );
});

it('a big company fits on a screen, and what is not Ready is on it', () => {
  const accounts = Array.from({ length: 60 }, (_, i) => account(`team-${i}`, i === 59 ? unwell : well));
  const objects = Array.from({ length: 50 }, (_, i) => ({
    target: 'prefixLists',
    id: `${i}`,
    name: `${i}`,
    entries: 1,
  }));
  const status = { cidrs: 300, groups: 2000, rules: 9000, foreignRules: 40, objects, objectsOmitted: 30 };
  const sets = Array.from({ length: 200 }, (_, i) => set(`set-${i}`, i % 50 === 49 ? unwell : well, status));
  const text = textOf({ accounts, sets });
  expect(text.split('\n').length).toBeLessThan(45);
  expect(text).toMatch(/^team-59 .* False {2}AccountDenied$/m);
  expect(text).toMatch(/^\.\.\. and 50 more, all Ready$/m);
  expect(text).toMatch(/^set-199 .* False {2}AccountDenied$/m);
  expect(text).toContain(
    '60 accounts with 60 account regions; 200 sets with 1800000 rules, 8000 of them made by others',
  );
});

it('an empty cluster says so', () => {
  expect(textOf({})).toBe('There is no AwsAccount, CidrSet, PrivateLinkEndpoint or RunnerPool here.\n');
});

it('what others named does not reach the terminal', () => {
  const text = textOf({ sets: [set('office', [condition('Ready', 'False', 'Bad', 'name \u001b[31mred')])] });
  expect(text).not.toContain('\u001b');
});
