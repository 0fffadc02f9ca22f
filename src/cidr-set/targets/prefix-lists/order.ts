import { groupBy } from '../../../group-by.js';
import { overlaps } from '../../../net/cover.js';
import type { SetFacts } from '../../facts.js';
import type { HoldReason, PlanInput } from '../kind.js';
import { isListChange, type ListChange, type PrefixListChange, type PrefixListOperation, stepOn } from './change.js';
import { isSettling, type ObservedPrefixList } from './observed.js';
import { orderShare } from './share.js';
import { MAX_CHANGES } from './size.js';

/** One call for each list and share: what comes after it builds on what the next look sees, and waits. */
export function orderLists(
  changes: readonly PrefixListChange[],
  { observed }: PlanInput,
  facts: ReadonlyMap<string, SetFacts>,
): PrefixListOperation[] {
  const lists = observed.prefixLists?.ok ? observed.prefixLists.value.lists : [];
  return [...groupBy(changes, ({ object }) => object.id)].flatMap(([id, own]) => {
    const possible = own.filter(({ held }) => !held);
    const ofList = possible.filter(isListChange);
    if (ofList.length === 0)
      return orderShare(
        possible.filter((change) => !isListChange(change)),
        facts,
      );
    return orderList(
      ofList,
      lists.find((list) => list.id === id),
      facts,
    );
  });
}

function orderList(
  changes: ListChange[],
  list: ObservedPrefixList | undefined,
  facts: ReadonlyMap<string, SetFacts>,
): PrefixListOperation[] {
  if (list && isSettling(list)) return hold(changes, 'Waiting');
  const entries = changes.filter(({ kind }) => kind === 'Entry');
  const [first] = changes.filter(({ kind }) => kind !== 'Entry');
  if (!list) return first ? create(first, entries, facts) : [];
  if (first?.kind === 'Size') {
    const again = list.state.endsWith('-failed');
    hold(entries, again ? 'Blocked' : 'Waiting');
    const resize = stepOn({ action: 'ModifyManagedPrefixList', size: first.size ?? 0 }, 'PrefixListResized', [first]);
    // One that failed before may fail for long, and is tried no sooner than all else.
    return [{ ...resize, awaited: !again }];
  }
  if (first?.sign === '/') return [stepOn({ action: 'DeleteTags' }, 'PrefixListReleased', [first])];
  if (first) return [stepOn({ action: 'DeleteManagedPrefixList' }, 'PrefixListDeleted', [first])];

  const next = nextEntries(list, entries);
  const rest = entries.filter((change) => !next.includes(change));
  // Without room there is only what the guard let through after the size was planned.
  hold(rest, next.length > 0 ? 'Waiting' : 'RemovalGuard');
  if (next.length === 0) return [];
  return [stepOn({ action: 'ModifyManagedPrefixList', version: list.version }, 'PrefixListModified', next)];
}

function create(list: ListChange, entries: ListChange[], facts: ReadonlyMap<string, SetFacts>): PrefixListOperation[] {
  const { set, name, size = 0, family = 4 } = { ...list, ...list.object };
  const next = entries.slice(0, MAX_CHANGES);
  hold(entries.slice(MAX_CHANGES), 'Waiting');
  // Listed before it is made: by its status a set's objects are found again once no target asks for them.
  facts.get(set)?.objects.push({ target: 'prefixLists', id: name, name, entries: next.length });
  return [stepOn({ action: 'CreateManagedPrefixList', set, family, size }, 'PrefixListCreated', [list, ...next])];
}

/** One call's worth, of which AWS makes one version. What takes an entry's place is there no later than that goes. */
function nextEntries({ entries, maxEntries }: ObservedPrefixList, changes: ListChange[]): ListChange[] {
  const room = maxEntries - entries.size;
  const added = changes.filter(({ sign }) => sign === '+');
  const described = changes.filter(({ sign }) => sign === '~');
  const removed = changes.filter(({ sign }) => sign === '-');
  const fits = added.length <= room || (changes.length <= MAX_CHANGES && added.length - removed.length <= room);
  if (fits) return [...added, ...removed, ...described].slice(0, MAX_CHANGES);
  const first = removed
    .filter(({ value }) => !added.some((entry) => overlaps(entry.value, value)))
    .slice(0, MAX_CHANGES);
  return [...first, ...added.slice(0, Math.min(room + first.length, MAX_CHANGES - first.length))];
}

function hold(changes: ListChange[], reason: HoldReason): [] {
  for (const change of changes) change.held = reason;
  return [];
}
