import { groupBy } from '../../../group-by.js';
import { noteQuotaUse, type SetFacts } from '../../facts.js';
import type { SetWish } from '../../wish.js';
import { holdOf } from '../hold.js';
import type { HoldReason, PlanInput, Sign } from '../kind.js';
import type { IpSetChange, IpSetTask } from './change.js';
import { type WantedIpSet, wantedIpSets } from './desired.js';
import { keyOf, type ObservedIpSet } from './observed.js';
import { MAX_ADDRESSES } from './quota.js';

/**
 * The changes that each IP set needs.
 *
 * | wanted by                 | IP set is there        | changes                                               |
 * | ------------------------- | ---------------------- | ----------------------------------------------------- |
 * | a set                     | no                     | its addresses are added; none for a family without    |
 * | the set of its mark       | ours                   | addresses added and removed                           |
 * | another set, or several   | ours, or no            | the others than its mark's, or the first, get none    |
 * | a set                     | made by others         | none                                                  |
 * | none                      | ours                   | all its addresses go with it; Release for `Retain`    |
 */
export function compareIpSets({ wishes, observed, scope }: PlanInput, facts: Map<string, SetFacts>): IpSetChange[] {
  const found = observed.wafIpSets?.ok ? observed.wafIpSets.value : [];
  const wanted = groupBy(
    [...wishes.values()].flatMap((wish) => wantedIpSets(wish, scope.region)),
    keyOf,
  );
  const existing = new Map(found.map((ipSet) => [keyOf(ipSet), ipSet]));
  for (const ipSet of found) countFacts(ipSet, facts);

  const written = [...wanted].flatMap(([key, [first, ...others]]) =>
    first ? compareWanted([first, ...others], existing.get(key), wishes, facts) : [],
  );
  const left = found.flatMap((ipSet) => {
    const asking = wanted.get(keyOf(ipSet)) ?? [];
    return ipSet.set === undefined || asking.some(({ set }) => set === ipSet.set) ? [] : letGo(ipSet, wishes);
  });
  return [...written, ...left];
}

function compareWanted(
  wanted: [WantedIpSet, ...WantedIpSet[]],
  found: ObservedIpSet | undefined,
  wishes: ReadonlyMap<string, SetWish>,
  facts: ReadonlyMap<string, SetFacts>,
): IpSetChange[] {
  const [{ set: first, name }] = wanted;
  const holder = found ? found.set : first;
  for (const { set, target } of wanted) {
    const own = facts.get(set);
    if (!own) continue;
    if (set === holder) own.targets[`wafIpSets/${target}`] = (own.targets[`wafIpSets/${target}`] ?? 0) + 1;
    else own.problems.push(holder === undefined ? notOurs(name) : claimed(name, holder));
  }
  const mine = wanted.find(({ set }) => set === holder);
  const wish = mine && wishes.get(mine.set);
  return mine && wish ? compareAddresses(mine, wish, found, facts) : [];
}

function compareAddresses(
  { set, name, scope, family, addresses }: WantedIpSet,
  wish: SetWish,
  found: ObservedIpSet | undefined,
  facts: ReadonlyMap<string, SetFacts>,
): IpSetChange[] {
  noteQuotaUse(facts.get(set), { object: name, used: addresses.length, quota: MAX_ADDRESSES, what: 'addresses' });
  const task: IpSetTask = { fate: 'Write', set, name, scope, family, ...(found && { found }) };
  const there = new Set(found?.addresses);
  const asked = new Set(addresses);
  const planned = wish.mode === 'Plan' ? 'PlanMode' : undefined;
  return [
    ...addresses.filter((each) => !there.has(each)).map((each) => addressChange('+', each, task, planned)),
    ...[...there].filter((each) => !asked.has(each)).map((each) => addressChange('-', each, task, holdOf(wish))),
  ];
}

/** That of an IP set which its set no longer asks for. */
function letGo(found: ObservedIpSet, wishes: ReadonlyMap<string, SetWish>): IpSetChange[] {
  const { name, scope, set = '', addresses } = found;
  const wish = wishes.get(set);
  const held = holdOf(wish);
  if (wish?.release === 'Retain') {
    const task: IpSetTask = { fate: 'Release', set, name, scope, found };
    // The tags last: by IAM's leave the role may write only what has them.
    const marks = found.isLeft ? ['tags'] : ['description', 'tags'];
    return marks.map((value) => ({ ...addressChange('/', value, task, held), noun: 'mark' }));
  }
  const task: IpSetTask = { fate: 'Delete', set, name, scope, found };
  if (addresses.length === 0) return [{ ...addressChange('-', name, task, held), noun: 'IP set' }];
  return addresses.map((each) => addressChange('-', each, task, held));
}

function addressChange(sign: Sign, value: string, task: IpSetTask, held: HoldReason | undefined): IpSetChange {
  const { name, set, found } = task;
  const object = { id: found?.arn ?? name, name };
  return { target: 'wafIpSets', sign, object, noun: 'address', value, sets: [set], task, ...(held && { held }) };
}

function countFacts({ set = '', arn: id, name, addresses }: ObservedIpSet, facts: ReadonlyMap<string, SetFacts>): void {
  const own = facts.get(set);
  if (!own) return;
  own.owned += addresses.length;
  own.objects.push({ target: 'wafIpSets', id, name, entries: addresses.length });
}

function notOurs(name: string) {
  const message = `IP set ${name} is there and is not ours, so it is left alone: write another ipSetName, or delete it`;
  return { reason: 'NotOurs', message };
}

function claimed(name: string, holder: string) {
  const message = `IP set ${name} is that of CidrSet ${holder}: write another ipSetName`;
  return { reason: 'ClaimedBy', message };
}
