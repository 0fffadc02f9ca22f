import type { AwsAccount } from '../../../../src/api/aws-account.gen.js';
import type { CidrSet } from '../../../../src/api/cidr-set.gen.js';
import { GROUP_TAG_PREFIX } from '../../../../src/api/marks.js';
import { applyOperations } from '../../../../src/cidr-set/apply.js';
import { deletionState } from '../../../../src/cidr-set/deletion.js';
import { Estate, FINALIZER, type Place } from '../../../../src/cidr-set/estate.js';
import { holdUnlisted, type ScopePlan } from '../../../../src/cidr-set/plan.js';
import { scopeReport } from '../../../../src/cidr-set/report.js';
import { setStatus } from '../../../../src/cidr-set/status.js';
import { surveyPlace } from '../../../../src/cidr-set/survey.js';
import type { Operation } from '../../../../src/cidr-set/targets/kind.js';
import { SET_TAG } from '../../../../src/cidr-set/targets/mark.js';
import { Store } from '../../../../src/kube/store.js';
import { awsAccount, cidrSet, scope } from '../resources.js';
import { sessionsOf } from './aws.js';
import { isOurs, MemoryEc2, type MemoryGroup, type MemoryRule } from './ec2.js';
import { APPS, type Edit, GROUPS, type HandMade, SETS, type Step, type Trouble, type Written } from './history.js';
import { PORTS, type Point, pointsOf } from './points.js';

/** More than any change takes. */
const MAX_LOOKS = 12;

/** Reasons in a status, and holds, that no look cures: a group that is full, a tag that says nothing, a list of others. */
const PEOPLES = ['QuotaExceeded', 'InvalidTag', 'HeldByTag', 'NotOurs'];
const HOLDS = ['QuotaExceeded', 'InvalidTag', 'Blocked'];

const signal = new AbortController().signal;

/** A step of a look done wrongly, to show that it would not go unnoticed. */
export interface Mutant {
  operations?(operations: Operation[]): Operation[];
  /** Rules of others pass for ours. */
  ignoresOwners?: boolean;
  /** A page that could not be read passes for an empty last one. */
  believesPartialPages?: boolean;
}

/** What a look must leave alone: at no moment of it may that be gone. */
interface Promised {
  group: MemoryGroup;
  points: Point[];
  foreign: MemoryRule[];
}

/** Sets, groups, the people who edit them, and the operator's looks. It throws as soon as a promise is broken. */
export class World {
  readonly #mutant: Mutant;
  readonly #ec2: MemoryEc2;
  readonly #sets = new Store<CidrSet>({});
  readonly #accounts = new Store<AwsAccount>({});
  readonly #written = new Map<string, Written>();
  readonly #sessions = sessionsOf((command) => this.#send(command));
  #estate = new Estate(this.#sets, this.#accounts);
  /** What each set had in place in each group, and has meant ever since: `office sg-1`. */
  readonly #settled = new Map<string, Set<Point>>();
  /** Of the current look. */
  #promised: Promised[] = [];
  #trouble: Trouble | undefined;
  #calls = 0;
  #broken: string | undefined;

  constructor(quota: number, mutant: Mutant) {
    this.#mutant = mutant;
    this.#ec2 = new MemoryEc2(GROUPS, quota);
    for (const group of this.#ec2.groups) group.tags = { app: APPS[0] };
    const account = awsAccount('shared');
    this.#accounts.set({ ...account, spec: { ...account.spec, rulesPerSecurityGroup: quota } });
  }

  async live({ edits, trouble }: Step): Promise<void> {
    for (const edit of edits) this.#edit(edit);
    await this.#look(trouble);
  }

  /** Undisturbed, until there is nothing more to do; then all must be as the sets say. */
  async end(): Promise<void> {
    for (let looks = 1; looks <= MAX_LOOKS; looks++) {
      const { operations, held } = await this.#look();
      const deleting = this.#sets.list().some(({ metadata }) => metadata.deletionTimestamp);
      const waits = held.some((change) => change.held === 'Waiting');
      if (operations.length === 0 && !deleting && !waits) return this.#checkEnd(held);
    }
    broken(true, 'it comes to no end');
  }

  #edit(edit: Edit): void {
    switch (edit.kind) {
      case 'apply': {
        if (this.#sets.get(edit.set)?.metadata.deletionTimestamp) return;
        this.#written.set(edit.set, edit.written);
        const status = this.#sets.get(edit.set)?.status;
        this.#sets.set({ ...manifest(edit.set, edit.written), ...(status && { status }) });
        return;
      }
      case 'delete': {
        const set = this.#sets.get(edit.set);
        if (set) this.#sets.set({ ...set, metadata: { ...set.metadata, deletionTimestamp: '2026-11-02T00:00:00Z' } });
        return;
      }
      case 'tag': {
        const group = this.#ec2.group(edit.group);
        group.tags = { ...group.tags, [edit.key]: edit.value };
        return;
      }
      default:
        this.#editRule(edit.kind, edit.rule);
    }
  }

  #editRule(kind: 'authorize' | 'revoke' | 'note', asked: HandMade): void {
    const group = this.#ec2.group(asked.group);
    if (kind === 'authorize') this.#ec2.makeByHand(group, asked);
    else this.#spoilRule(kind, group, asked);
  }

  #spoilRule(kind: 'revoke' | 'note', group: MemoryGroup, asked: HandMade): void {
    const rule = this.#ec2.find(group, asked);
    if (!rule) return;
    if (kind === 'revoke') group.rules = group.rules.filter((each) => each !== rule);
    else rule.description = 'mine!';
    // With the rule, or its description, went the note of the sets that it stood for.
    for (const set of SETS) {
      for (const point of pointsOf(rule.direction, [rule.port], [rule.peer])) this.#settledOf(set, group).delete(point);
    }
  }

  async #look(trouble?: Trouble): Promise<Pick<ScopePlan, 'operations' | 'held'>> {
    const [place] = this.#estate.places() as [Place];
    this.#forgetWhatIsNotMeant();
    this.#promised = this.#ec2.groups.map((group) => this.#promise(group));
    this.#trouble = trouble;
    this.#calls = 0;
    const wishes = this.#estate.wishes(place);
    const options = { estate: this.#estate, sessions: this.#sessions, ownerId: 'owner', ownAddresses: [] };
    const survey = await surveyPlace(place, wishes, options, signal);
    if (!survey.ok) throw survey.error;
    const { io, observed } = survey.value;
    const plan = holdUnlisted(survey.value.plan, (set, operation) => this.#estate.lists(place, set, operation));
    const operations = this.#mutant.operations?.(plan.operations) ?? plan.operations;
    const outcomes = await applyOperations(io, operations, signal);
    if (this.#broken) throw new BrokenPromise(this.#broken);
    const hit = trouble && this.#calls >= trouble.nth;
    if (hit && trouble.kind === 'Killed') {
      this.#estate = new Estate(this.#sets, this.#accounts);
      return plan;
    }
    this.#estate.keep(scopeReport(scope, wishes, observed, plan, outcomes));
    this.#report();
    if (!hit) this.#settle();
    return plan;
  }

  #promise(group: MemoryGroup): Promised {
    const covered = this.#ec2.covered(group);
    return {
      group,
      points: SETS.flatMap((name) => [...this.#settledOf(name, group)]).filter((point) => covered.has(point)),
      foreign: group.rules.filter((rule) => !isOurs(rule)).map((rule) => ({ ...rule })),
    };
  }

  async #send(command: object): Promise<object> {
    const trouble = this.#trouble;
    const nth = ++this.#calls;
    const hit = trouble && (trouble.kind === 'Killed' ? nth >= trouble.nth : nth === trouble.nth);
    if (!hit) return this.#answer(command);
    if (trouble.effect && nth === trouble.nth) this.#answer(command);
    if (this.#mutant.believesPartialPages && command.constructor.name.startsWith('Describe')) return {};
    const name = trouble.kind === 'Throttled' ? 'RequestLimitExceeded' : 'InternalError';
    throw Object.assign(new Error(trouble.kind), { name });
  }

  #answer(command: object): object {
    try {
      return this.#ec2.answer(command, this.#mutant.ignoresOwners);
    } catch (cause) {
      // Nobody was faster than the operator, so what it asked for was wrong.
      this.#note(`${command.constructor.name} was refused: ${cause}`);
      throw cause;
    } finally {
      for (const promised of this.#promised) this.#checkPromised(promised);
    }
  }

  #checkPromised({ group, points, foreign }: Promised): void {
    const covered = this.#ec2.covered(group);
    const lacking = points.filter((point) => !covered.has(point));
    if (lacking.length > 0) this.#note(`${group.id} lacked ${lacking} for a moment`);
    for (const rule of foreign) {
      const now = group.rules.find(({ id }) => id === rule.id);
      if (now?.description !== rule.description || isOurs(now)) this.#note(`${rule.peer} of others was touched`);
    }
  }

  /** The operator would take what is thrown in a call for AWS's error. */
  #note(what: string): void {
    this.#broken ??= what;
  }

  /** As the controller of sets does. */
  #report(): void {
    for (const set of this.#sets.list()) {
      const { name, deletionTimestamp } = set.metadata;
      const views = this.#estate.views(set);
      if (deletionTimestamp) {
        const { unseen, waiting } = deletionState(set, views);
        if (unseen.length + waiting.length === 0) this.#sets.delete(name);
      } else {
        const { fields } = setStatus(set, this.#estate.resolve(name), this.#accounts.list(), views);
        this.#sets.set({ ...set, status: fields });
      }
    }
  }

  #settle(): void {
    for (const { metadata, spec, status } of this.#sets.list()) {
      const { name, deletionTimestamp } = metadata;
      const inSync = status?.scopes?.every(({ reason, drift }) => reason === 'InSync' && drift === 0);
      if (deletionTimestamp || spec.mode === 'Plan' || !inSync || this.#estate.resolve(name).problem) continue;
      for (const group of this.#ec2.groups) {
        const covered = this.#ec2.covered(group);
        for (const point of this.#meant(name, group)) {
          broken(!covered.has(point), `${name} is in sync, but ${group.id} lacks ${point}`);
          this.#settledOf(name, group).add(point);
        }
      }
    }
  }

  #forgetWhatIsNotMeant(): void {
    for (const name of SETS) {
      const set = this.#sets.get(name);
      const retained = set?.metadata.deletionTimestamp && set.spec.deletionPolicy === 'Retain';
      for (const group of this.#ec2.groups) {
        const settled = this.#settledOf(name, group);
        const meant = this.#meant(name, group);
        // What others mean too is theirs from now on.
        const others = new Set(SETS.flatMap((other) => [...this.#meant(other, group)]));
        const stays = (point: Point) => (retained ? !others.has(point) : meant.has(point));
        for (const point of settled) if (!stays(point)) settled.delete(point);
      }
    }
  }

  /** What the set's people want of the group, said without any of the operator's code. */
  #meant(name: string, { tags }: MemoryGroup): Set<Point> {
    const written = this.#written.get(name);
    const set = this.#sets.get(name);
    if (!written || !set || set.metadata.deletionTimestamp) return new Set();
    const { target, tagged } = written;
    const cidrs = [...this.#withIncluded(name)].flatMap((each) => this.#written.get(each)?.cidrs ?? []);
    const asked = (tags[GROUP_TAG_PREFIX + name] ?? '').split(' ').filter((word) => PORTS.includes(word));
    return new Set([
      ...(tags.app === target.app ? pointsOf(target.direction, target.ports, cidrs) : []),
      ...(tagged ? pointsOf('Ingress', asked, cidrs) : []),
    ]);
  }

  #withIncluded(name: string, seen = new Set<string>()): Set<string> {
    if (seen.has(name) || !this.#sets.get(name)) return seen;
    seen.add(name);
    for (const included of this.#written.get(name)?.include ?? []) this.#withIncluded(included, seen);
    return seen;
  }

  /** What is not in place has a reason that only people can do something about, and the status tells it. */
  #checkEnd(held: ScopePlan['held']): void {
    const sets = this.#sets.list();
    const known = sets.filter(({ metadata }) => !this.#estate.resolve(metadata.name).problem);
    const certain = known.length === sets.length && sets.every(({ spec }) => spec.mode === 'Enforce');
    for (const { metadata, spec, status } of known) {
      const reasons = status?.scopes?.map(({ reason }) => reason) ?? [];
      if (spec.mode === 'Plan' || reasons.some((reason) => PEOPLES.includes(reason))) continue;
      broken(certain && reasons.some((reason) => reason !== 'InSync'), `${metadata.name} is ${reasons}`);
      for (const group of this.#ec2.groups) {
        const covered = this.#ec2.covered(group);
        const lacking = [...this.#meant(metadata.name, group)].filter((point) => !covered.has(point));
        broken(lacking.length > 0, `${group.id} lacks ${lacking} of ${metadata.name}`);
      }
    }
    if (!certain) return;
    const reasons = held.map((change) => change.held);
    broken(
      reasons.some((reason) => !reason || !HOLDS.includes(reason)),
      `held for no reason: ${reasons}`,
    );
    for (const group of this.#ec2.groups) {
      if (held.some(({ object }) => object.id === group.id)) continue;
      const meant = new Set(SETS.flatMap((name) => [...this.#meant(name, group)]));
      const ours = this.#ec2.covered({ ...group, rules: group.rules.filter(isOurs) });
      const left = [...ours].filter((point) => !meant.has(point));
      broken(left.length > 0, `${group.id} still has ${left}`);
    }
    for (const { id, name, tags } of this.#ec2.prefixLists.lists.values()) {
      const asked =
        this.#written.get(tags[SET_TAG] ?? '')?.target.via === 'PrefixList' && this.#sets.get(tags[SET_TAG] ?? '');
      const inUse = this.#ec2.groups.some(({ rules }) => rules.some(({ peer }) => peer === id));
      const waits = held.some(({ object, value }) => object.id === id || value === id);
      broken(isOurs({ tags }) && !asked && !inUse && !waits, `nobody asks for ${name}, and it is still there`);
    }
  }

  #settledOf(set: string, { id }: MemoryGroup): Set<Point> {
    const key = `${set} ${id}`;
    const points = this.#settled.get(key) ?? new Set();
    this.#settled.set(key, points);
    return points;
  }
}

function manifest(name: string, { cidrs, include, target, tagged, mode, deletionPolicy }: Written): CidrSet {
  const { app, ...more } = target;
  const targets = {
    securityGroups: [{ name: 'gitlab', tags: { app }, ...more }],
    ...(tagged && { taggedSecurityGroups: { allowedPorts: PORTS } }),
  };
  const spec = { cidrs: cidrs.map((cidr) => ({ cidr })), include, targets, mode, deletionPolicy };
  return cidrSet(spec, { metadata: { name, finalizers: [FINALIZER] } });
}

class BrokenPromise extends Error {}

function broken(is: boolean, what: string): void {
  if (is) throw new BrokenPromise(what);
}
