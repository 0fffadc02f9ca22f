import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet, CidrSetStatus } from '../api/cidr-set.gen.js';
import type { Problem } from '../api/problem.js';
import { plural } from '../plural.js';
import type { RuleChange } from './change.js';
import type { ScopeReport } from './report.js';
import type { ResolvedSet } from './resolve.js';
import { ruleText } from './rule.js';
import { accountMatches, asksForGroups, type SetWish, wishDigest } from './wish.js';

type ScopeStatus = NonNullable<CidrSetStatus['scopes']>[number];
type PlanStatus = NonNullable<CidrSetStatus['plan']>;

/** What the set asks of one scope, and what the last look there found. */
export interface ScopeView {
  account: string;
  region: string;
  wish: SetWish;
  report?: ScopeReport;
}

/** Absent: all is well. */
export interface Findings {
  sources?: Problem;
  targets?: Problem;
  rules?: Problem & { unknown?: boolean };
}

export interface SetStatus {
  /** Everything but the conditions. */
  fields: Omit<CidrSetStatus, 'conditions' | 'observedGeneration'> & Record<'groups' | 'rules' | 'drift', number>;
  findings: Findings;
}

/** A status is read by people and kept in etcd: long lists are cut, and say by how much. */
const MAX_SCOPES = 50;
const MAX_OPERATIONS = 100;

export function setStatus(
  set: CidrSet,
  resolved: ResolvedSet,
  accounts: readonly AwsAccount[],
  views: readonly ScopeView[],
): SetStatus {
  const concerned = views.filter(({ wish, report }) => asksForGroups(wish) || report?.sets.get(wish.set)?.ownedRules);
  const scopes = concerned.map((view) => scopeStatus(view, set)).sort(byTrouble);
  const listed = [...scopes, ...undeclaredScopes(set, views)];
  const pending = concerned.flatMap(({ account, region, wish, report }) =>
    (report?.sets.get(wish.set)?.pending ?? []).map((change) => ({ where: `${account}/${region}`, change })),
  );
  const sum = (field: 'groups' | 'rules' | 'foreignRules' | 'drift') =>
    scopes.reduce((total, scope) => total + scope[field], 0);
  const targets = targetsProblem(set, accounts, concerned);
  const rules = rulesFinding(scopes, set.spec.mode);
  return {
    fields: {
      cidrs: resolved.cidrs.length,
      groups: sum('groups'),
      rules: sum('rules'),
      foreignRules: sum('foreignRules'),
      drift: sum('drift'),
      scopes: listed.slice(0, MAX_SCOPES),
      ...(listed.length > MAX_SCOPES && { scopesOmitted: listed.length - MAX_SCOPES }),
      ...(set.spec.mode === 'Plan' && { plan: planStatus(pending) }),
    },
    findings: {
      ...(resolved.problem && { sources: resolved.problem }),
      ...(targets && { targets }),
      ...(rules && { rules }),
    },
  };
}

/** A set's report counts only when the look was made with what the set asks for now. */
export function isCurrent({ wish, report }: ScopeView): boolean {
  return report?.digests.get(wish.set) === wishDigest(wish);
}

function scopeStatus(view: ScopeView, { spec: { mode }, status }: CidrSet): ScopeStatus {
  const { account, region, wish, report } = view;
  const found = report?.sets.get(wish.set);
  // While an account can't be read, what was last seen there is the best that is known.
  const seen = found ?? status?.scopes?.find((scope) => scope.account === account && scope.region === region);
  const problem = isCurrent(view)
    ? (report?.error ?? found?.problems[0] ?? heldProblem(found?.pending, mode))
    : PROGRESSING;
  const more = (found?.problems.length ?? 0) - 1;
  return {
    account,
    region,
    groups: seen?.groups ?? 0,
    rules: seen?.rules ?? 0,
    foreignRules: seen?.foreignRules ?? 0,
    drift: found?.pending.length ?? 0,
    reason: problem?.reason ?? (mode === 'Plan' ? 'Planned' : 'InSync'),
    ...(problem?.message && { message: more > 0 ? `${problem.message} (and ${more} more)` : problem.message }),
  };
}

/** Rules that nobody looks after any more stay listed, so that the set's deletion can tell of them. */
function undeclaredScopes({ status }: CidrSet, views: readonly ScopeView[]): ScopeStatus[] {
  const declared = new Set(views.map(({ account, region }) => `${account}/${region}`));
  const lost = status?.scopes?.filter(
    ({ account, region, rules }) => rules > 0 && !declared.has(`${account}/${region}`),
  );
  const message = 'No AwsAccount declares this any more: its rules stay as they are';
  return (lost ?? []).map((scope) => ({ ...scope, drift: 0, reason: 'Undeclared', message }));
}

const PROGRESSING: Problem = { reason: 'Progressing', message: '' };
const WELL = ['InSync', 'Planned'];

/** What is held for a reason that the sources' condition does not tell already. */
function heldProblem(pending: readonly RuleChange[] = [], mode: CidrSet['spec']['mode']): Problem | undefined {
  const held = pending.filter((change) => change.held === 'PlanMode');
  if (held.length === 0 || mode === 'Plan') return undefined;
  return {
    reason: 'HeldByPlan',
    message: `${plural(held.length, 'rule')} kept for another set, which is in mode Plan`,
  };
}

function byTrouble(a: ScopeStatus, b: ScopeStatus): number {
  const well = (scope: ScopeStatus) => Number(WELL.includes(scope.reason));
  return well(a) - well(b) || `${a.account}/${a.region}`.localeCompare(`${b.account}/${b.region}`);
}

function rulesFinding(scopes: readonly ScopeStatus[], mode: CidrSet['spec']['mode']): Findings['rules'] {
  const troubled = scopes.filter(({ reason }) => !WELL.includes(reason));
  const real = troubled.filter(({ reason }) => reason !== PROGRESSING.reason);
  const first = real[0];
  if (first) {
    const more = real.length > 1 ? ` (and ${real.length - 1} more of ${scopes.length} scopes)` : '';
    return { reason: first.reason, message: `${first.message}${more}` };
  }
  if (troubled.length === 0) return undefined;
  const where = troubled.map(({ account, region }) => `${account}/${region}`);
  return {
    reason: PROGRESSING.reason,
    message: `${mode === 'Plan' ? 'Reading' : 'Working on'} ${cut(where, 5)}`,
    unknown: true,
  };
}

/** Targets that can't be what was meant: accounts and regions that do not exist, and names that select no group anywhere. */
function targetsProblem(
  set: CidrSet,
  accounts: readonly AwsAccount[],
  views: readonly ScopeView[],
): Problem | undefined {
  const { securityGroups = [], taggedSecurityGroups } = set.spec.targets ?? {};
  const known = new Set(accounts.map(({ metadata }) => metadata.name));
  for (const { name, accounts: selector, regions = [] } of [
    ...securityGroups,
    ...(taggedSecurityGroups ? [{ name: 'taggedSecurityGroups', ...taggedSecurityGroups }] : []),
  ]) {
    const unknown = (selector?.names ?? []).filter((account) => !known.has(account));
    if (unknown.length > 0) {
      return {
        reason: 'UnknownAccount',
        message: `Target ${name} names ${unknown.join(', ')}: there is no such AwsAccount`,
      };
    }
    const chosen = accounts.filter((account) => accountMatches(selector, account));
    if (chosen.length === 0)
      return {
        reason: 'NoAccountSelected',
        message: `Target ${name} selects none of the ${accounts.length} AwsAccounts`,
      };
    const missing = regions.filter((region) => !chosen.some(({ spec }) => spec.regions.includes(region)));
    if (missing.length > 0) {
      const names = cut(
        chosen.map(({ metadata }) => metadata.name),
        5,
      );
      return {
        reason: 'UnknownRegion',
        message: `Target ${name} names ${missing.join(', ')}, which is in spec.regions of none of its accounts: ${names}`,
      };
    }
  }
  if (!views.every(isCurrent) || views.some(({ report }) => report?.error)) return undefined;
  const empty = securityGroups.filter(
    ({ name }) => !views.some(({ report, wish }) => report?.sets.get(wish.set)?.targets[name]),
  );
  if (empty.length === 0) return undefined;
  return {
    reason: 'NoGroupSelected',
    message: `No security group has the tags or ids of target ${empty.map(({ name }) => name).join(', ')}`,
  };
}

function planStatus(pending: readonly { where: string; change: RuleChange }[]): PlanStatus {
  const count = (...kinds: RuleChange['kind'][]) => pending.filter(({ change }) => kinds.includes(change.kind)).length;
  return {
    authorize: count('Authorize'),
    update: count('UpdateDescription'),
    revoke: count('Revoke', 'Disown'),
    operations: pending.slice(0, MAX_OPERATIONS).map(({ where, change }) => `${where} ${changeText(change)}`),
    ...(pending.length > MAX_OPERATIONS && { operationsOmitted: pending.length - MAX_OPERATIONS }),
  };
}

const SIGNS: Record<RuleChange['kind'], string> = { Authorize: '+', UpdateDescription: '~', Revoke: '-', Disown: '/' };

/** `sg-0a1b (gitlab-nlb) + tcp/443 203.0.113.0/24` */
export function changeText({ kind, group, rule }: RuleChange): string {
  return `${group.id} (${group.name}) ${SIGNS[kind]} ${ruleText(rule)}`;
}

function cut(names: readonly string[], max: number): string {
  const rest = names.length - max;
  return names.slice(0, max).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
