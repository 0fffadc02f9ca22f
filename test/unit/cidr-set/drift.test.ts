import { expect, it } from '@jest/globals';
import { driftIn } from '../../../src/cidr-set/drift.js';
import { holdAll, planScope } from '../../../src/cidr-set/plan.js';
import { failedReport, scopeReport } from '../../../src/cidr-set/report.js';
import type { ObservedGroup } from '../../../src/cidr-set/targets/security-groups/observed.js';
import type { SetWish } from '../../../src/cidr-set/wish.js';
import { group, owned, planInput, wish } from './build.js';
import { denial, scope } from './resources.js';

const A = '203.0.113.0/24';
const office = wish('office', [A, '198.51.100.0/24']);
const whole = office.cidrs.map(({ cidr }) => owned(`tcp/443 ${cidr}`, '[office]'));

function look(asked: SetWish, there: ObservedGroup['rules'], { planOnly = false } = {}) {
  const input = planInput([asked], [group(there)]);
  const free = planScope(input);
  const plan = planOnly ? holdAll(free) : free;
  const result = denial();
  const outcomes = plan.operations.map((operation) => ({ operation, result }));
  return { plan, report: scopeReport(scope, [asked], input.observed, plan, outcomes) };
}

const inSync = look(office, whole).report;
const missing = look(office, whole.slice(1));

it.each([
  ['what vanished since the last look', 1, inSync],
  ['nothing before there was a look', 0, undefined],
  ['nothing that a set asks for anew', 0, look(wish('office', ['198.51.100.0/24']), whole).report],
  ['nothing that failed at the last look', 0, missing.report],
  ['nothing that was held at the last look', 0, look(office, whole.slice(1), { planOnly: true }).report],
  ['nothing where the last look saw nothing', 0, failedReport(scope, [office], denial())],
  [
    'nothing of a kind that the last look could not read',
    0,
    { ...inSync, failed: new Map([['securityGroups' as const, { reason: 'AccountDenied', message: '' }]]) },
  ],
])('counts %s', (_, expected, last) => {
  expect(driftIn(missing.plan, missing.report, last)).toBe(expected);
});
