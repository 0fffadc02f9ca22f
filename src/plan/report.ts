import type { Problem } from '../api/problem.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import type { QuotaUse, SetFacts } from '../cidr-set/facts.js';
import type { Change, HoldReason, Operation, Sign, TargetName } from '../cidr-set/targets/kind.js';
import type { ObservedGroup } from '../cidr-set/targets/security-groups/observed.js';
import { groupBy } from '../group-by.js';

/** What `sallyport plan --output json` prints. */
export interface PlanReport {
  /** Of this shape: fields may be added to it, none is taken away or gets another meaning. */
  version: 1;
  summary: PlanSummary;
  read: ReadCounts;
  /** Those where there is something to tell, by account and region; what is in the cluster is last. */
  scopes: ScopeEntry[];
  /** What is wrong with a set wherever it is written to. */
  problems: SetProblem[];
  /** What could not be read: the plan lacks what depends on it. */
  errors: ReadError[];
}

/** How many changes. Held ones are not among those to add, change and remove, but for those that wait for a first step. */
export interface PlanSummary {
  add: number;
  change: number;
  remove: number;
  held: number;
  /** How many objects would exceed a quota, and are left as they are. */
  overQuota: number;
  /** Whether what the sets ask for differs from what is there. */
  differs: boolean;
}

export interface ReadCounts {
  accounts: number;
  scopes: number;
  groups: number;
  /** Rules of this install in these groups. */
  rules: number;
  /** What else this install has made, by target: `{ "prefixLists": 2 }`. */
  objects: Partial<Record<TargetName, number>>;
  /** To AWS, repeated ones included. */
  calls: number;
}

/** One account and region, or without them the cluster. */
export interface ScopeEntry {
  account?: string;
  accountId?: string;
  region?: string;
  objects: ObjectEntry[];
  problems: SetProblem[];
}

export interface ObjectEntry {
  target: TargetName;
  /** AWS's, or `namespace/name`; the name where it isn't made yet. */
  id: string;
  name: string;
  changes: ChangeEntry[];
  /** Rules or entries that stay; of a security group, how many of them others made. */
  kept: number;
  foreign?: number;
  /** Of a security group, once the plan is carried out: what it has rules of. */
  quotas: QuotaUse[];
}

export interface ChangeEntry {
  /** `/` lets go of it, and leaves it there. */
  sign: Sign;
  /** `rule`, `egress rule`, `entry`, or what is made or removed as a whole. */
  noun: string;
  ports?: string;
  value: string;
  description?: string;
  /** Those that want it, or for a removal those that let it go. */
  sets: string[];
  /** Why it is not made now. */
  held?: HoldReason;
  /** Its sets are being deleted. */
  final?: true;
}

export interface SetProblem extends Problem {
  set: string;
}

export interface ReadError {
  /** An AwsAccount, with or without a region (`team-b/eu-west-1`), a source, or `cluster`. */
  where: string;
  message: string;
  /** The IAM action that is missing. */
  permission?: string;
  accountId?: string;
}

/** What was found in one account and region, or in the cluster. */
export interface Finding {
  /** Absent: the cluster. */
  scope?: Scope;
  operations: readonly Operation[];
  held: readonly Change[];
  facts: ReadonlyMap<string, SetFacts>;
  groups: readonly ObservedGroup[];
  /** By group id. */
  quotas: ReadonlyMap<string, QuotaUse[]>;
}

export interface PlanInput {
  findings: readonly Finding[];
  problems: readonly SetProblem[];
  errors: readonly ReadError[];
  calls: number;
}

export function planReport({ findings, problems, errors, calls }: PlanInput): PlanReport {
  const scopes = findings.map(scopeEntry).filter(({ objects, problems }) => objects.length + problems.length > 0);
  return {
    version: 1,
    summary: summaryOf(scopes.flatMap(({ objects }) => objects)),
    read: { ...readCounts(findings), calls },
    scopes: scopes.sort(byPlace),
    problems: [...problems],
    errors: [...errors],
  };
}

/** Whether it is made, now or when the step that it waits for is done. */
export function isToBeMade({ held }: Pick<ChangeEntry, 'held'>): boolean {
  return held === undefined || held === 'Waiting';
}

const ENTRIES = ['rule', 'egress rule', 'entry', 'address'];

/** Whether it is about one of the things that an object holds, and not about the object as a whole. */
export function isEntry({ noun }: Pick<ChangeEntry, 'noun'>): boolean {
  return ENTRIES.includes(noun);
}

function summaryOf(objects: readonly ObjectEntry[]): PlanSummary {
  const changes = objects.flatMap((object) => object.changes);
  const made = (...signs: Sign[]) => changes.filter((c) => isToBeMade(c) && signs.includes(c.sign)).length;
  return {
    add: made('+'),
    change: made('~'),
    remove: made('-', '/'),
    held: changes.filter((change) => !isToBeMade(change)).length,
    overQuota: objects.filter((object) => object.changes.some(({ held }) => held === 'QuotaExceeded')).length,
    // Nobody asks for what is left of a set that is not known.
    differs: changes.some(({ held }) => held !== 'SetUnknown'),
  };
}

function readCounts(findings: readonly Finding[]): Omit<ReadCounts, 'calls'> {
  const scopes = findings.flatMap(({ scope }) => scope ?? []);
  const groups = findings.flatMap((finding) => finding.groups);
  const facts = findings.flatMap((finding) => [...finding.facts.values()]).flatMap(({ objects }) => objects);
  const made = [...groupBy(facts, ({ target }) => target)].map(([target, all]) => [target, all.length] as const);
  return {
    accounts: new Set(scopes.map(({ account }) => account)).size,
    scopes: scopes.length,
    groups: groups.length,
    rules: groups.flatMap(({ rules }) => rules).filter(({ owned }) => owned).length,
    objects: Object.fromEntries(made),
  };
}

function scopeEntry({ scope, operations, held, facts, groups, quotas }: Finding): ScopeEntry {
  const changes = [...operations.flatMap((operation) => operation.changes), ...held];
  const objects = [...groupBy(changes, ({ target, object }) => `${target} ${object.id}`).values()];
  const made = [...facts.values()].flatMap((each) => each.objects);

  function objectEntry(own: readonly Change[]): ObjectEntry[] {
    const [first] = own;
    if (!first) return [];
    const { target, object } = first;
    const gone = own.filter((change) => change.sign === '-' && isToBeMade(change) && isEntry(change)).length;
    const group = target === 'securityGroups' ? groups.find(({ id }) => id === object.id) : undefined;
    const there = group?.rules.length ?? made.find((each) => each.target === target && each.id === object.id)?.entries;
    return [
      {
        target,
        ...object,
        changes: own.map(changeEntry).sort(bySign),
        kept: Math.max((there ?? 0) - gone, 0),
        ...(group && { foreign: group.rules.filter(({ owned }) => !owned).length }),
        quotas: quotas.get(object.id) ?? [],
      },
    ];
  }

  return {
    ...(scope && { account: scope.account, accountId: scope.accountId, region: scope.region }),
    objects: objects.flatMap(objectEntry).sort(byName),
    problems: [...facts].flatMap(([set, each]) => each.problems.map((problem) => ({ set, ...problem }))),
  };
}

function changeEntry({ sign, noun, ports, value, description, sets, held, final }: Change): ChangeEntry {
  return {
    sign,
    noun,
    ...(ports && { ports }),
    value,
    ...(description && { description }),
    sets,
    ...(held && { held }),
    ...(final && { final: true }),
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
