import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet, CidrSetStatus } from '../api/cidr-set.gen.js';
import type { Problem } from '../api/problem.js';
import { scopeKey } from '../aws/scope.js';
import { cut } from '../cut.js';
import { plural } from '../plural.js';
import type { ClusterView } from './cluster/report.js';
import { clusterStatus } from './cluster/status.js';
import type { SetReport } from './report.js';
import { targetsProblem } from './selection.js';
import type { SourcesProblem } from './sources/discovered.js';
import type { ResolvedSet } from './sources/resolve.js';
import { summaryOf } from './summary.js';
import type { Change, Sign, TargetName } from './targets/kind.js';
import { isCurrent, readProblem, type ScopeView } from './view.js';
import { asksForAnything, type SetWish } from './wish.js';

type ScopeStatus = NonNullable<CidrSetStatus['scopes']>[number];
type ObjectStatus = NonNullable<CidrSetStatus['objects']>[number];
type PlanStatus = NonNullable<CidrSetStatus['plan']>;

/** Absent: all is well. */
export interface Findings {
  sources?: SourcesProblem;
  targets?: Problem;
  rules?: Problem & { unknown?: boolean };
}

export interface SetStatus {
  /** Everything but the conditions. */
  fields: Omit<CidrSetStatus, 'conditions' | 'observedGeneration'> & Record<'groups' | 'rules' | 'drift', number>;
  /** What the set has, for people. */
  summary: string;
  findings: Findings;
}

/** A status is read by people and kept in etcd: long lists are cut, and say by how much. */
const MAX_SCOPES = 50;
const MAX_SOURCES = 50;
const MAX_OBJECTS = 50;
const MAX_OPERATIONS = 100;

export function setStatus(
  set: CidrSet,
  resolved: ResolvedSet,
  accounts: readonly AwsAccount[],
  views: readonly ScopeView[],
  cluster?: ClusterView,
): SetStatus {
  const concerned = views.filter(
    (view) =>
      asksForAnything(view.wish) ||
      hasSomething(view.report?.sets.get(view.wish.set)) ||
      unreadObjects(view, set).length > 0,
  );
  const scopes = concerned.map((view) => scopeStatus(view, set)).sort(byTrouble);
  const listed = [...scopes, ...undeclaredScopes(set, views)];
  const pending = concerned.flatMap((view) =>
    (view.report?.sets.get(view.wish.set)?.pending ?? []).map((change) => ({ where: scopeKey(view), change })),
  );
  const sum = (field: 'groups' | 'rules' | 'foreignRules' | 'drift') =>
    scopes.reduce((total, scope) => total + scope[field], 0);
  const here = cluster ? clusterStatus(cluster, set) : { pending: [], objects: [] };
  pending.push(...here.pending.map((change) => ({ where: 'cluster', change })));
  const objects = [
    ...concerned.flatMap((view) => objectStatus(view, set)),
    ...undeclaredObjects(set, views),
    ...here.objects,
  ];
  const targets = targetsProblem(set, accounts, concerned);
  const troubles = [rulesFinding(scopes, set.spec.mode), here.problem].filter((trouble) => trouble !== undefined);
  const rules = troubles.find(({ unknown }) => !unknown) ?? troubles[0];
  return {
    fields: {
      cidrs: resolved.count,
      cidrsWritten: resolved.cidrs.length,
      groups: sum('groups'),
      rules: sum('rules'),
      foreignRules: sum('foreignRules'),
      drift: sum('drift') + here.pending.length,
      scopes: listed.slice(0, MAX_SCOPES),
      ...(listed.length > MAX_SCOPES && { scopesOmitted: listed.length - MAX_SCOPES }),
      ...(resolved.sources.length > 0 && { sources: resolved.sources.slice(0, MAX_SOURCES) }),
      ...(resolved.sources.length > MAX_SOURCES && { sourcesOmitted: resolved.sources.length - MAX_SOURCES }),
      ...(objects.length > 0 && { objects: objects.slice(0, MAX_OBJECTS) }),
      ...(objects.length > MAX_OBJECTS && { objectsOmitted: objects.length - MAX_OBJECTS }),
      ...(set.spec.mode === 'Plan' && { plan: planStatus(pending) }),
    },
    summary: summaryOf(set, { groups: sum('groups'), rules: sum('rules') }, objects),
    findings: {
      ...(resolved.problem && { sources: resolved.problem }),
      ...(targets && { targets }),
      ...(rules && { rules }),
    },
  };
}

function hasSomething(report: SetReport | undefined): boolean {
  return report !== undefined && (report.owned > 0 || report.objects.length > 0);
}

/** By these objects are found again, see Estate.known: those that the last look did not see to stay listed. */
function objectStatus(view: ScopeView, set: CidrSet): ObjectStatus[] {
  const { account, region, wish, report } = view;
  const found = report?.sets.get(wish.set)?.objects ?? [];
  return [...unreadObjects(view, set), ...found.map((object) => ({ ...object, account, region }))];
}

/** What the set is known to have in a scope, of which the last look could tell nothing. */
function unreadObjects({ account, region, wish, report }: ScopeView, { status }: CidrSet): ObjectStatus[] {
  const here = status?.objects?.filter((object) => object.account === account && object.region === region) ?? [];
  return here.filter(({ target }) => !report?.sets.has(wish.set) || report.failed.has(target as TargetName));
}

function undeclaredObjects({ status }: CidrSet, views: readonly ScopeView[]): ObjectStatus[] {
  const declared = new Set(views.map(scopeKey));
  const isLost = ({ account = '', region = '' }: ObjectStatus) =>
    account && !declared.has(scopeKey({ account, region }));
  return status?.objects?.filter(isLost) ?? [];
}

function scopeStatus(view: ScopeView, set: CidrSet): ScopeStatus {
  const { account, region, wish, report } = view;
  const { spec, status } = set;
  const { mode } = spec;
  const [unseen] = unreadObjects(view, set);
  const found = report?.sets.get(wish.set);
  // While groups can't be read, what was last seen there is the best that is known.
  const unread = !found || report?.failed.has('securityGroups');
  const seen = !unread ? found : status?.scopes?.find((scope) => scope.account === account && scope.region === region);
  const problem = isCurrent(view)
    ? (readProblem(view) ??
      report?.failed.get(unseen?.target as TargetName) ??
      found?.problems[0] ??
      pendingProblem(scopeKey(view), found?.pending, { mode, complete: wish.complete }))
    : PROGRESSING;
  const message = problem?.message ?? found?.notes.join('; ');
  const more = (found?.problems.length ?? 0) - 1;
  return {
    account,
    region,
    groups: seen?.groups ?? 0,
    rules: seen?.rules ?? 0,
    foreignRules: seen?.foreignRules ?? 0,
    drift: found?.pending.length ?? 0,
    reason: problem?.reason ?? (mode === 'Plan' ? 'Planned' : 'InSync'),
    ...(message && { message: more > 0 ? `${message} (and ${more} more)` : message }),
  };
}

/** Rules that nobody looks after any more stay listed, so that the set's deletion can tell of them. */
function undeclaredScopes({ status }: CidrSet, views: readonly ScopeView[]): ScopeStatus[] {
  const declared = new Set(views.map(scopeKey));
  const lost = status?.scopes?.filter((scope) => scope.rules > 0 && !declared.has(scopeKey(scope)));
  const message = 'No AwsAccount declares this any more: its rules stay as they are';
  return (lost ?? []).map((scope) => ({ ...scope, drift: 0, reason: 'Undeclared', message }));
}

const PROGRESSING: Problem = { reason: 'Progressing', message: '' };
const WELL = ['InSync', 'Planned'];

/** Why a rule that the set lets go may have to stay, where only another set's status tells it. */
const HELD_FOR_OTHERS = [
  { hold: 'PlanMode', reason: 'HeldByPlan', whom: 'another set, which is in mode Plan' },
  { hold: 'SourcesIncomplete', reason: 'HeldBySources', whom: 'another set, of which not all sources could be read' },
  { hold: 'RemovalGuard', reason: 'HeldByGuard', whom: 'another set, whose guard holds its removals' },
  { hold: 'InvalidTag', reason: 'HeldByTag', whom: 'another set, as what a group asks of it by its tag is unclear' },
  { hold: 'SetUnknown', reason: 'HeldByUnknownSet', whom: 'a set that is not there and was not deleted in order' },
] as const;

/** What is still to be made for a reason that no other problem tells. */
function pendingProblem(
  where: string,
  pending: readonly Change[] = [],
  { mode, complete }: Pick<SetWish, 'mode' | 'complete'>,
): Problem | undefined {
  const count = (held: Change['held']) => pending.filter((change) => change.held === held).length;
  const untried = count(undefined);
  if (untried > 0) {
    const message = `${where}: ${plural(untried, 'change')} not tried, as an earlier one on the same object failed`;
    return { reason: 'NotTried', message };
  }
  if (mode === 'Plan') return undefined;
  const waiting = count('Waiting') + count('Blocked');
  if (waiting > 0) return { ...PROGRESSING, message: `${where}: ${plural(waiting, 'change')} under way` };
  for (const { hold, reason, whom } of HELD_FOR_OTHERS) {
    // What the set's own sources hold is told by the condition on these.
    if (count(hold) === 0 || (hold === 'SourcesIncomplete' && !complete)) continue;
    return { reason, message: `${where}: ${plural(count(hold), 'rule')} kept for ${whom}` };
  }
  return undefined;
}

function byTrouble(a: ScopeStatus, b: ScopeStatus): number {
  const well = (scope: ScopeStatus) => Number(WELL.includes(scope.reason));
  return well(a) - well(b) || scopeKey(a).localeCompare(scopeKey(b));
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
  const where = troubled.map(scopeKey);
  return {
    reason: PROGRESSING.reason,
    message: `${mode === 'Plan' ? 'Reading' : 'Working on'} ${cut(where, 5)}`,
    unknown: true,
  };
}

function planStatus(pending: readonly { where: string; change: Change }[]): PlanStatus {
  const count = (...signs: Sign[]) => pending.filter(({ change }) => signs.includes(change.sign)).length;
  return {
    add: count('+'),
    change: count('~'),
    remove: count('-', '/'),
    operations: pending.slice(0, MAX_OPERATIONS).map(({ where, change }) => `${where} ${changeText(change)}`),
    ...(pending.length > MAX_OPERATIONS && { operationsOmitted: pending.length - MAX_OPERATIONS }),
  };
}

/** `sg-0a1b (gitlab-nlb) + rule tcp/443 203.0.113.0/24` */
export function changeText({ sign, object, noun, ports, value }: Change): string {
  return [object.id, `(${object.name})`, sign, noun, ports, value].filter(Boolean).join(' ');
}
