import type { Quotas } from '../aws/quotas.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import type { ScopePlan } from '../cidr-set/plan.js';
import type { Change, Sign } from '../cidr-set/targets/kind.js';
import { ruleNoun } from '../cidr-set/targets/security-groups/change.js';
import type { ObservedGroup } from '../cidr-set/targets/security-groups/observed.js';
import { groupBy } from '../group-by.js';
import { quotaUses } from './quotas.js';
import {
  type ChangeEntry,
  isEntry,
  isToBeMade,
  type ObjectEntry,
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

export interface PlanInput extends Pick<PlanReport, 'problems' | 'errors'> {
  findings: readonly Finding[];
  calls: number;
}

export function planReport({ findings, problems, errors, calls }: PlanInput): PlanReport {
  const scopes = findings.map(scopeEntry).filter(({ objects, problems }) => objects.length + problems.length > 0);
  return {
    version: 1,
    summary: summaryOf(scopes.flatMap(({ objects }) => objects)),
    read: { ...readCounts(findings), calls },
    scopes: scopes.sort(byPlace),
    problems,
    errors,
  };
}

function summaryOf(objects: readonly ObjectEntry[]): PlanSummary {
  const changes = objects.flatMap((object) => object.changes);
  const made = (...signs: Sign[]) => changes.filter((c) => isToBeMade(c) && signs.includes(c.sign)).length;
  return {
    add: made('+'),
    change: made('~'),
    remove: made('-', '/'),
    held: changes.filter((change) => !isToBeMade(change)).length,
    groupsOverQuota: objects.filter(isGroupOverQuota).length,
    // Nobody asks for what is left of a set that is not known.
    differs: changes.some(({ held }) => held !== 'SetUnknown'),
  };
}

function isGroupOverQuota({ target, changes }: ObjectEntry): boolean {
  return target === 'securityGroups' && changes.some(({ held }) => held === 'QuotaExceeded');
}

function readCounts(findings: readonly Finding[]): Omit<ReadCounts, 'calls'> {
  const scopes = findings.flatMap(({ scope }) => scope ?? []);
  const groups = findings.flatMap((finding) => finding.groups ?? []);
  const made = groupBy(findings.flatMap(objectsMade), ({ target }) => target);
  return {
    accounts: new Set(scopes.map(({ account }) => account)).size,
    scopes: scopes.length,
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
    objects: [...objects.values()].flatMap((own) => objectEntry(finding, own)).sort(byName),
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
      changes: changes.map(changeEntry).sort(bySign),
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
  return SIGNS.indexOf(a.sign) - SIGNS.indexOf(b.sign) || (text(a) < text(b) ? -1 : 1);
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
  return account && region ? scopeKey({ account, region }) : CLUSTER;
}
