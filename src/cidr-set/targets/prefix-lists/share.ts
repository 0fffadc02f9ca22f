import type { SetFacts } from '../../facts.js';
import { holdOf } from '../hold.js';
import type { HoldReason, ObjectRef, PlanInput, Sign } from '../kind.js';
import { type PrefixListOperation, type ShareChange, stepOn } from './change.js';
import { planLists } from './compare.js';
import { type ShareWish, shareWishes } from './desired.js';
import type { ObservedPrefixList, ObservedShare } from './observed.js';
import { listName } from './size.js';

/** A share is listed in status by this name, that tells it from the lists. */
function shareLabel(name: string): string {
  return `${name} (share)`;
}

export function isShareLabel(name: string): boolean {
  return name.endsWith(' (share)');
}

/**
 * Whom lists are shared with: a share of AWS RAM for each pair of lists (IPv4 and IPv6) of a target `prefixLists`. Exactly
 * the accounts and organizations that the target names take part in it.
 */
export function compareShares(input: PlanInput, facts: ReadonlyMap<string, SetFacts>): ShareChange[] {
  const shares = input.observed.prefixLists?.ok ? input.observed.prefixLists.value.shares : [];
  for (const { set, arn: id, name } of shares) {
    facts.get(set)?.objects.push({ target: 'prefixLists', id, name: shareLabel(name), entries: 0 });
  }
  const lists = planLists(input).flatMap(({ observed }) => observed ?? []);
  const wanted = shareWishes(input.wishes.values());
  const find = ({ name, set }: ShareWish) => shares.find((share) => share.name === name && share.set === set);
  const found = wanted.map(find);
  return [
    ...wanted.flatMap((wish) => compareShare(wish, listsOf(wish, lists), find(wish))),
    ...shares.filter((share) => !found.includes(share)).map((share) => letGo(share, input)),
  ];
}

function listsOf({ name, set }: ShareWish, lists: readonly ObservedPrefixList[]): ObservedPrefixList[] {
  const names = [listName(name, 4), listName(name, 6)];
  return lists.filter((list) => list.set === set && names.includes(list.name) && !list.state.startsWith('create-in'));
}

function compareShare(wish: ShareWish, lists: ObservedPrefixList[], share: ObservedShare | undefined): ShareChange[] {
  const { set, name, mode, principals } = wish;
  const object = { id: share?.arn ?? shareLabel(name), name: shareLabel(name) };
  const planned = mode === 'Plan' ? 'PlanMode' : undefined;
  // The lists are not there yet, and so nothing to share.
  const held = planned ?? (lists.length === 0 ? 'Waiting' : undefined);
  const change = (kind: ShareChange['kind'], sign: Sign, value: string) =>
    shareChange(set, object, kind, sign, value, held);
  const diff = (kind: 'Principal' | 'SharedList', asked: readonly string[], there: readonly string[] = []) => [
    ...asked.filter((each) => !there.includes(each)).map((each) => change(kind, '+', each)),
    ...there.filter((each) => !asked.includes(each)).map((each) => change(kind, '-', each)),
  ];
  const arns = lists.map(({ arn }) => arn);
  return [
    ...(share ? [] : [change('Share', '+', name)]),
    ...diff('Principal', principals, share?.principals),
    ...diff('SharedList', arns, share?.resources),
  ];
}

function letGo({ arn, name, set }: ObservedShare, { wishes }: PlanInput): ShareChange {
  const wish = wishes.get(set);
  return shareChange(
    set,
    { id: arn, name: shareLabel(name) },
    'Share',
    wish?.release === 'Retain' ? '/' : '-',
    name,
    holdOf(wish),
  );
}

const NOUNS: Record<ShareChange['kind'], string> = { Share: 'share', Principal: 'account', SharedList: 'shared list' };

function shareChange(
  set: string,
  object: ObjectRef,
  kind: ShareChange['kind'],
  sign: Sign,
  value: string,
  held: HoldReason | undefined,
): ShareChange {
  return {
    target: 'prefixLists',
    kind,
    set,
    sign,
    object,
    noun: NOUNS[kind],
    value,
    sets: [set],
    ...(held && { held }),
  };
}

/** What is new first, then what goes. */
export function orderShare(changes: ShareChange[], facts: ReadonlyMap<string, SetFacts>): PrefixListOperation[] {
  const whole = changes.find(({ kind }) => kind === 'Share');
  if (whole?.sign === '+') {
    facts.get(whole.set)?.objects.push({ target: 'prefixLists', ...whole.object, entries: 0 });
    return [stepOn({ action: 'CreateResourceShare', set: whole.set, name: whole.value }, 'ShareCreated', changes)];
  }
  if (whole?.sign === '/') return [stepOn({ action: 'UntagResource' }, 'ShareReleased', [whole])];
  if (whole) return [stepOn({ action: 'DeleteResourceShare' }, 'ShareDeleted', [whole])];
  const [added, removed] = [changes.filter(({ sign }) => sign === '+'), changes.filter(({ sign }) => sign === '-')];
  return [
    ...(added.length > 0 ? [stepOn({ action: 'AssociateResourceShare' }, 'ShareWidened', added)] : []),
    ...(removed.length > 0 ? [stepOn({ action: 'DisassociateResourceShare' }, 'ShareNarrowed', removed)] : []),
  ];
}
