import type { Quotas } from '../aws/quotas.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import type { ScopePlan } from '../cidr-set/plan.js';
import type { Change, Sign } from '../cidr-set/targets/kind.js';
import { ruleNoun } from '../cidr-set/targets/security-groups/change.js';
import type { ObservedGroup } from '../cidr-set/targets/security-groups/observed.js';
import { groupBy } from '../group-by.js';
import {
  type EndpointFinding,
  endpointEntries,
  endpointObjects,
  endpointPlaces,
  endpointScopes,
} from './endpoint-finding.js';
import { LINE, type PartFinding, partEntries, partObjects, partScope, poolEntries } from './part-finding.js';
import { quotaUses } from './quotas.js';
import {
  type ChangeEntry,
  type EndpointEntry,
  isEntry,
  isToBeMade,
  type ObjectEntry,
  type ObjectKind,
  type PlanReport,
  type PlanSummary,
  type ReadCounts,
  type ScopeEntry,
} from './report.js';

/** What was found, and is to be done, in one account and region, or in the cluster. */
export interface Finding {
  plan: ScopePlan;
  /** Absent, as all that follows: the cluster. */
  scope?: Scope;
  groups?: readonly ObservedGroup[];
  quotas?: Quotas;
}

export interface PlanInput extends Pick<PlanReport, 'problems' | 'errors' | 'withoutCluster'> {
  findings: readonly Finding[];
  endpoints: readonly EndpointFinding[];
  parts: readonly PartFinding[];
  calls: number;
}

export function planReport(input: PlanInput): PlanReport {
  const { findings, endpoints, parts, problems, errors, calls, withoutCluster = [] } = input;
  const scopes = merged([...findings.map(scopeEntry), ...endpoints.flatMap(endpointScopes), ...parts.map(partScope)]);
  const privateLinkEndpoints = together([...endpoints.flatMap(endpointEntries), ...partEntries(parts)]);
  const runnerPools = poolEntries(parts);
  return {
    version: 1,
    summary: summaryOf(
      scopes.flatMap(({ objects }) => objects),
      [...privateLinkEndpoints, ...runnerPools],
    ),
    read: { ...readCounts(input), calls },
    scopes: scopes.filter(({ objects, problems }) => objects.length + problems.length > 0).sort(byPlace),
    problems,
    privateLinkEndpoints,
    ...(runnerPools.length > 0 && { runnerPools }),
    ...(withoutCluster.length > 0 && { withoutCluster }),
    errors,
  };
}

/** What sets and PrivateLinkEndpoints do to the same object stands together. */
function merged(scopes: readonly ScopeEntry[]): ScopeEntry[] {
  return [...groupBy(scopes, placeOf).values()].flatMap((own) => {
    const all = own.flatMap(({ objects }) => objects);
    const objects = [...groupBy(all, ({ target, id }) => `${target} ${id}`).values()].flatMap(([first, ...more]) =>
      first ? [{ ...first, changes: [first, ...more].flatMap(({ changes }) => changes).sort(bySign) }] : [],
    );
    return own.slice(0, 1).map((scope) => ({ ...scope, objects: objects.sort(byName) }));
  });
}

/** What is told of the same resource in AWS and in the cluster. */
function together(entries: readonly EndpointEntry[]): EndpointEntry[] {
  return [...groupBy(entries, ({ name }) => name)].map(([name, own]) => ({
    name,
    problems: own.flatMap(({ problems }) => problems),
    left: own.flatMap(({ left }) => left),
  }));
}

function summaryOf(objects: readonly ObjectEntry[], told: readonly Pick<EndpointEntry, 'problems'>[]): PlanSummary {
  const changes = objects.flatMap((object) => object.changes);
  const made = (...signs: Sign[]) => changes.filter((c) => isToBeMade(c) && signs.includes(c.sign)).length;
  return {
    add: made('+'),
    change: made('~'),
    remove: made('-', '/'),
    held: changes.filter((change) => !isToBeMade(change)).length,
    groupsOverQuota: objects.filter(isGroupOverQuota).length,
    // Nobody asks for what is left of a set that is not known.
    differs: changes.some(({ held }) => held !== 'SetUnknown') || told.some(({ problems }) => problems.length > 0),
  };
}

function isGroupOverQuota({ target, changes }: ObjectEntry): boolean {
  return target === 'securityGroups' && changes.some(({ held }) => held === 'QuotaExceeded');
}

function readCounts({ findings, endpoints, parts }: PlanInput): Omit<ReadCounts, 'calls'> {
  const scopes = [...findings.flatMap(({ scope }) => scope ?? []), ...endpoints.flatMap(endpointPlaces)];
  const groups = findings.flatMap((finding) => finding.groups ?? []);
  const found: { target: ObjectKind; id: string }[] = [
    ...findings.flatMap(objectsMade),
    ...endpoints.flatMap(endpointObjects),
    ...parts.flatMap(partObjects),
  ];
  const made = groupBy(found, ({ target }) => target);
  return {
    accounts: new Set(scopes.map(({ account }) => account)).size,
    scopes: new Set(scopes.map(scopeKey)).size,
    groups: groups.length,
    rules: groups.flatMap(({ rules }) => rules).filter(({ owned }) => owned).length,
    objects: Object.fromEntries([...made].map(([target, all]) => [target, all.length])),
  };
}

function objectsMade({ plan }: Finding) {
  return [...plan.sets.values()].flatMap(({ objects }) => objects);
}

function scopeEntry(finding: Finding): ScopeEntry {
  const { scope, plan } = finding;
  const changes = [...plan.operations.flatMap((operation) => operation.changes), ...plan.held];
  const objects = groupBy(changes, ({ target, object }) => `${target} ${object.id}`);
  return {
    ...(scope && { account: scope.account, accountId: scope.accountId, region: scope.region }),
    objects: [...objects.values()].flatMap((own) => objectEntry(finding, own)),
    problems: [...plan.sets].flatMap(([set, { problems }]) => problems.map((problem) => ({ set, ...problem }))),
  };
}

/** @param changes all those of one object */
function objectEntry(finding: Finding, changes: readonly Change[]): ObjectEntry[] {
  const [first] = changes;
  if (!first) return [];
  const { target, object } = first;
  const { groups = [], quotas } = finding;
  const group = target === 'securityGroups' ? groups.find(({ id }) => id === object.id) : undefined;
  const nouns = new Set(changes.map(({ noun }) => noun));
  const rules = group?.rules.filter(({ direction }) => nouns.has(ruleNoun(direction)));
  const made = objectsMade(finding).find((each) => each.target === target && each.id === object.id);
  const there = rules?.length ?? made?.entries ?? 0;
  const gone = changes.filter((change) => change.sign === '-' && isToBeMade(change) && isEntry(change)).length;
  return [
    {
      target,
      ...object,
      changes: changes.map(changeEntry),
      kept: Math.max(there - gone, 0),
      ...(rules && { foreign: rules.filter(({ owned }) => !owned).length }),
      quotas: group && quotas ? quotaUses(group, changes, quotas) : [],
    },
  ];
}

function changeEntry({ sign, noun, ports, value, description: whole = '', sets, held, final }: Change): ChangeEntry {
  // A rule's description begins with the sets that it stands for.
  const description = whole.replace(/^\[[^\]]*\] ?/, '');
  return {
    sign,
    noun,
    ...(ports && { ports }),
    value,
    ...(description && { description }),
    sets,
    ...(held && { held }),
    ...(final && { final }),
  };
}

const SIGNS: readonly Sign[] = ['+', '~', '-', '/'];

function bySign(a: ChangeEntry, b: ChangeEntry): number {
  const text = ({ noun, ports = '', value }: ChangeEntry) => `${noun} ${ports} ${value}`;
  const signs = SIGNS.indexOf(a.sign) - SIGNS.indexOf(b.sign);
  // Lines stay in their order.
  if (signs !== 0 || (a.noun === LINE && b.noun === LINE)) return signs;
  return text(a) < text(b) ? -1 : 1;
}

function byName(a: ObjectEntry, b: ObjectEntry): number {
  const text = ({ target, name, id }: ObjectEntry) => `${target === 'securityGroups' ? '' : target} ${name} ${id}`;
  return text(a) < text(b) ? -1 : 1;
}

function byPlace(a: ScopeEntry, b: ScopeEntry): number {
  return placeOf(a) < placeOf(b) ? -1 : 1;
}

/** What sorts last: no account has such a name. */
const CLUSTER = '~';

function placeOf({ account, region }: ScopeEntry): string {
  return [account, region].filter(Boolean).join('/') || CLUSTER;
}
