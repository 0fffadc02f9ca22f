import type { HoldReason } from '../cidr-set/targets/kind.js';
import { cut } from '../cut.js';
import { plural } from '../plural.js';
import {
  type ChangeEntry,
  type EndpointProblem,
  isEntry,
  isToBeMade,
  type ObjectEntry,
  type ObjectKind,
  type PlanReport,
  type PoolEntry,
  type ReadCounts,
  type ScopeEntry,
} from './report.js';

export const HELD: Record<HoldReason, string> = {
  PlanMode: 'not written: mode is Plan',
  Waiting: 'once the step before is done',
  SourcesIncomplete: 'held: not all of its sources could be read',
  SetUnknown: 'held: there is no such CidrSet',
  InvalidTag: "held: the group's tag can't be read",
  RemovalGuard: 'held: more than guard.maxRemovalPercent would go at once',
  QuotaExceeded: 'held: over quota',
  Blocked: 'held: what it builds on is in trouble',
  WouldLockOut: 'held: Sallyport would lock itself out',
};

/** One change, in parts that line up below each other. */
export interface ChangeWords {
  sign: ChangeEntry['sign'];
  what: string;
  value: string;
  note: string;
  /** Whether it is made at all. */
  made: boolean;
}

/** `+`, `tcp/443`, `203.0.113.0/24`, `office (Berlin)` */
export function changeWords(change: ChangeEntry): ChangeWords {
  const { sign, noun, ports, value, sets } = change;
  const owner = ownerOf(change);
  const what = isEntry(change) ? [noun === 'egress rule' ? 'egress' : '', ports] : [noun, ports];
  const why = reason(change);
  return {
    sign,
    what: owner ? '' : what.filter(Boolean).join(' '),
    value: printable(value),
    note: (owner ?? sets.join(', ')) + (why && ` (${printable(why)})`),
    made: isToBeMade(change),
  };
}

/** What it is for, where that is no set. */
function ownerOf({ privateLinkEndpoint, runnerPool }: ChangeEntry): string | undefined {
  return privateLinkEndpoint ?? runnerPool;
}

function reason(change: ChangeEntry): string {
  const { sign, description = '', held, final } = change;
  if (held) return HELD[held];
  if (ownerOf(change)) return description;
  if (sign === '+' || sign === '~') return description;
  if (sign === '/') return "stays, without this install's mark";
  return final ? 'the set is deleted' : 'no longer listed';
}

/** Those that some set that is known asks for. What is left of others is told of once, see unknownWords. */
export function knownChanges({ changes }: ObjectEntry): ChangeWords[] {
  return changes.filter(({ held }) => held !== 'SetUnknown').map(changeWords);
}

export function unknownWords({ scopes }: PlanReport): string | undefined {
  const changes = scopes.flatMap(({ objects }) => objects).flatMap((object) => object.changes);
  const unknown = changes.filter(({ held }) => held === 'SetUnknown');
  if (unknown.length === 0) return undefined;
  const sets = [...new Set(unknown.flatMap((change) => change.sets))].sort();
  return `${plural(unknown.length, 'entry')} of ${cut(sets, 5)} left alone: no such CidrSet is known here.`;
}

/** What there is to know of an object besides its changes. */
export function objectNotes({ target, kept, foreign, quotas }: ObjectEntry): string[] {
  const noun = target === 'securityGroups' ? 'rule' : 'entry';
  const others = foreign ? `, ${foreign} of them made by others` : '';
  return [
    ...(kept > 0 ? [`= ${plural(kept, noun)} kept${others}`] : []),
    ...quotas.map(({ what, used, quota }) => `quota: ${used} of ${quota} ${what}`),
  ];
}

/** What is wrong with sets, PrivateLinkEndpoints and RunnerPools, a line each. */
export function problemLines({ problems, privateLinkEndpoints, runnerPools = [] }: PlanReport): string[] {
  return [
    ...problems.map(({ set, message }) => `${set}: ${message}`),
    ...privateLinkEndpoints.flatMap(({ name, problems: own, left }) => [
      ...own.filter(({ waits }) => !waits).map((problem) => `${name}: ${problemWords(problem)}`),
      ...left.map((each) => `${name}: left behind: ${each}`),
    ]),
    ...runnerPools.flatMap(({ name, problems: own, replacement }) => [
      ...own.map(({ message }) => `${name}: ${message}`),
      ...(replacement && !replacement.confirm ? [`${name}: ${replacementWords(replacement)}`] : []),
    ]),
  ];
}

/** That there is more to come than the plan has. */
export function waitingWords({ scopes, privateLinkEndpoints, withoutCluster = [] }: PlanReport): string[] {
  const changes = scopes.flatMap(({ objects }) => objects).flatMap((object) => object.changes);
  const changed = new Set(changes.map(({ privateLinkEndpoint }) => privateLinkEndpoint));
  const waiting = privateLinkEndpoints.flatMap(({ name, problems }) => {
    const first = problems.find(({ waits }) => waits);
    return first ? [{ name, first }] : [];
  });
  const begun = waiting.filter(({ name }) => changed.has(name)).map(({ name }) => name);
  return [
    ...(begun.length > 0 ? [`${cut(begun, 5)}: what builds on these comes after them.`] : []),
    ...waiting
      .filter(({ name }) => !changed.has(name))
      .map(({ name, first }) => `${name} waits: ${problemWords(first)}.`),
    ...(withoutCluster.length > 0
      ? [`${cut(withoutCluster, 5)}: the part in the cluster is not planned for without one.`]
      : []),
  ];
}

/** Where it waits to be confirmed, a problem says how. */
function replacementWords({ because, count, when }: NonNullable<PoolEntry['replacement']>): string {
  return `${because.join(', ')} replaces ${plural(count, 'node')}, ${when}`;
}

function problemWords({ consumer, message }: EndpointProblem): string {
  return consumer ? `${consumer}: ${message}` : message;
}

/** `shared / eu-west-1` */
export function placeWords({ account, region }: Pick<ScopeEntry, 'account' | 'region'>): string {
  return account ? printable([account, region].filter(Boolean).join(' / ')) : 'in the cluster';
}

/** `5 to add, 1 to change, 1 to remove, 0 groups over quota`, or that there is nothing to do. */
export function summaryWords({ summary, errors }: PlanReport): string {
  const { add, change, remove, held, groupsOverQuota, differs } = summary;
  if (!differs) return errors.length > 0 ? 'nothing to do in what could be read' : 'in sync';
  const parts = [`${add} to add`, `${change} to change`, `${remove} to remove`];
  if (held > 0) parts.push(`${held} held`);
  return `${parts.join(', ')}, ${plural(groupsOverQuota, 'group')} over quota`;
}

/** `2 accounts, 3 account regions, 44 groups, 2 prefix lists, 144 rules of this install read with 9 calls.` */
export function readWords({ read }: PlanReport): string {
  const where = `${plural(read.accounts, 'account')}, ${plural(read.scopes, 'account region')}`;
  return `${where}, ${things(read)} read with ${plural(read.calls, 'call')}.`;
}

/** `In sync: 44 groups, 2 prefix lists, 144 rules of this install. 9 calls.` */
export function inSyncWords({ read }: PlanReport): string {
  return `In sync: ${things(read)}. ${plural(read.calls, 'call')}.`;
}

function things({ groups, objects, rules }: ReadCounts): string {
  const made = Object.entries(objects).map(([target, count]) => plural(count, OBJECTS[target as ObjectKind]));
  return [plural(groups, 'group'), ...made, `${plural(rules, 'rule')} of this install`].join(', ');
}

export const OBJECTS: Record<ObjectKind, string> = {
  securityGroups: 'security group',
  prefixLists: 'prefix list',
  wafIpSets: 'IP set',
  eksPublicAccess: 'EKS cluster',
  networkPolicies: 'NetworkPolicy',
  configMaps: 'ConfigMap',
  endpointServices: 'endpoint service',
  endpoints: 'endpoint',
  hostedZones: 'hosted zone',
  loadBalancers: 'load balancer',
  clusterObjects: 'cluster object',
};

/** `team-b (333333333333): sts:AssumeRole`, each once. */
export function missingPermissions({ errors }: PlanReport): string[] {
  const missing = errors.flatMap(({ where, accountId, permission }) =>
    permission ? [`${where.split('/')[0]}${accountId ? ` (${accountId})` : ''}: ${permission}`] : [],
  );
  return [...new Set(missing)].sort();
}

/** What other people named must not reach a terminal's or a page's own language. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
