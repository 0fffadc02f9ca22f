import { cut } from '../../cut.js';
import { groupBy } from '../../group-by.js';
import { otherManager } from '../../kube/managed-fields.js';
import { kubeProblem } from '../../kube/problem.js';
import type { Occurrence } from '../../kube/recorder.js';
import { plural } from '../../plural.js';
import type { Change } from '../targets/kind.js';
import type { ClusterOutcome } from './apply.js';
import { nameOf } from './observed.js';
import type { ClusterOperation } from './order.js';

/** What was done, or failed, to one object. */
export function eventOf({ operation, result }: ClusterOutcome): Occurrence {
  const { action, done, changes } = operation;
  if (result !== 'Done') {
    const { reason, message } = kubeProblem(result);
    return { type: 'Warning', reason, action, note: message };
  }
  if (operation.repairs) {
    return {
      type: 'Warning',
      reason: 'DriftReverted',
      action,
      note: `${damage(operation)}; put back: ${listOf(changes)}`,
    };
  }
  return { type: 'Normal', reason: done, action, note: `${nameOf(operation.seen)}: ${listOf(changes)}` };
}

function damage({ seen }: ClusterOperation): string {
  if (!seen.object) return `Somebody deleted ${nameOf(seen)}`;
  return `${otherManager(seen.object) ?? 'Somebody'} changed ${nameOf(seen)}`;
}

const MAX_VALUES = 5;

/** `+ 2 entries: 203.0.113.0/24, 198.51.100.7/32; - 1 entry: 192.0.2.0/24` */
function listOf(changes: readonly Change[]): string {
  const alike = groupBy(changes, ({ sign, noun }) => `${sign} ${noun}`);
  return [...alike.values()]
    .map((part) => {
      const [{ sign = '+', noun = 'entry' } = {}] = part;
      const values = part.map(({ value }) => value);
      return `${sign} ${plural(part.length, noun)}: ${cut(values, MAX_VALUES)}`;
    })
    .join('; ');
}
