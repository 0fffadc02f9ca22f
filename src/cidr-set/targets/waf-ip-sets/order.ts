import { groupBy } from '../../../group-by.js';
import type { SetFacts } from '../../facts.js';
import type { IpSetChange, IpSetOperation, IpSetTask } from './change.js';
import { MAX_ADDRESSES } from './quota.js';

/** One call for each IP set that is written or deleted: the whole list is replaced at once, so nothing need come first. */
export function orderIpSets(changes: readonly IpSetChange[], facts: ReadonlyMap<string, SetFacts>): IpSetOperation[] {
  return [...groupBy(changes, ({ task }) => task)].flatMap(([task, own]) => {
    const possible = own.filter(({ held }) => !held);
    if (possible.length === 0) return [];
    if (task.fate === 'Write') return write(task, possible, facts);
    if (possible.length < own.length) return [];
    const addresses = task.found?.addresses ?? [];
    if (task.fate === 'Delete') return [operation('DeleteIPSet', 'IpSetDeleted', own, addresses)];
    return own.map((change) => {
      const action = change.value === 'tags' ? 'UntagResource' : 'UpdateIPSet';
      return operation(action, 'IpSetReleased', [change], addresses);
    });
  });
}

/** What is held stays in the list, or out of it. */
function write(task: IpSetTask, changes: IpSetChange[], facts: ReadonlyMap<string, SetFacts>): IpSetOperation[] {
  const { found, set, name } = task;
  const valuesOf = (sign: string) => changes.filter((change) => change.sign === sign).map(({ value }) => value);
  const [added, removed] = [valuesOf('+'), new Set(valuesOf('-'))];
  const now = found?.addresses ?? [];
  const addresses = [...now.filter((each) => !removed.has(each)), ...added];
  if (addresses.length > MAX_ADDRESSES && added.length > 0) {
    for (const change of changes) change.held = 'QuotaExceeded';
    const message =
      `IP set ${name} would hold ${addresses.length} addresses: ${now.length} now, ${added.length} to add, ` +
      `${removed.size} to remove; AWS WAF takes ${MAX_ADDRESSES}. It is left as it is: let in fewer or wider CIDRs, or ` +
      'divide the set into several';
    facts.get(set)?.problems.push({ reason: 'QuotaExceeded', message });
    return [];
  }
  if (found) return [operation('UpdateIPSet', 'IpSetUpdated', changes, addresses)];
  // Listed before it is made: by its status a set's objects are found again once no target names them.
  facts.get(set)?.objects.push({ target: 'wafIpSets', id: name, name, entries: addresses.length });
  return [operation('CreateIPSet', 'IpSetCreated', changes, addresses)];
}

function operation(
  action: IpSetOperation['action'],
  done: string,
  changes: IpSetChange[],
  addresses: string[],
): IpSetOperation {
  const [{ object, task }] = changes as [IpSetChange];
  return { target: 'wafIpSets', action, done, object, changes, task, addresses };
}
