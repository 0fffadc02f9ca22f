import { isDeepStrictEqual } from 'node:util';
import { otherManager } from '../../kube/managed-fields.js';
import { sorted } from '../../net/sorted.js';
import type { SetFacts } from '../facts.js';
import type { Change, HoldReason, Operation, Sign } from '../targets/kind.js';
import type { ClusterTargetName } from './kind.js';
import { cidrsIn, nameOf, type ObservedObject, type Written } from './observed.js';

/** One call. */
export interface ClusterOperation extends Operation {
  target: ClusterTargetName;
  action: 'Apply' | 'Delete' | 'Release';
  /** What is there: the call fails when that has changed since. */
  seen: ObservedObject;
  /** With Apply: what the object will be. */
  written?: Written;
  /** It undoes what somebody did since we wrote the same. */
  repairs?: true;
}

/** The one call that makes all changes of an object that are not held. May hold them because it can't be made. */
export function operationFor(
  seen: ObservedObject,
  changes: readonly Change[],
  facts: SetFacts,
): ClusterOperation | undefined {
  const { kind, id, ref, target, object, written: before, contested } = seen;
  const made = changes.filter(({ held }) => !held);
  if (made.length === 0) return undefined;
  const operation = (action: ClusterOperation['action'], did: string): ClusterOperation => ({
    target: kind.name,
    action,
    done: `${kind.resource.kind}${did}`,
    object: { id, name: ref.name },
    changes: made,
    seen,
  });
  if (!target) {
    const stays = made.some(({ sign }) => sign === '/');
    return stays ? operation('Release', 'Released') : operation('Delete', 'Deleted');
  }

  const entries = (sign: Sign) => made.filter((c) => c.noun === 'entry' && c.sign === sign).map(({ value }) => value);
  const gone = new Set(entries('-'));
  const cidrs = sorted([...cidrsIn(seen).filter((cidr) => !gone.has(cidr)), ...entries('+')]);
  const fields = kind.fields(target, cidrs);
  const hold = (held: HoldReason, reason: string, message: string): undefined => {
    for (const change of made) change.held = held;
    facts.problems.push({ reason, message });
  };
  const excess = kind.excess?.(fields);
  if (excess) {
    const message = `${nameOf(seen)} is left as it is: with ${cidrs.length} CIDRs ${excess}; split the set, or put fewer into it`;
    return hold('QuotaExceeded', 'QuotaExceeded', message);
  }
  const repairs = before !== undefined && isDeepStrictEqual(before.fields, fields);
  if (repairs && contested) {
    const by = (object && otherManager(object)) ?? 'somebody';
    const message = `${nameOf(seen)} is changed again and again by ${by}; it is put back, ever more slowly`;
    return hold('Waiting', 'Contested', message);
  }
  return { ...operation('Apply', 'Applied'), written: { fields, cidrs }, ...(repairs && { repairs }) };
}
