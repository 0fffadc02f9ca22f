import { cut } from '../../cut.js';
import { KubeError } from '../error.js';
import { otherManager } from '../managed-fields.js';
import { kubeProblem } from '../problem.js';
import type { Occurrence } from '../recorder.js';
import type { OwnedOutcome } from './objects.js';
import { nameOf, type OwnedOperation } from './plan.js';

/** What was done, or failed, to one object. */
export function eventOf({ operation, result }: OwnedOutcome): Occurrence {
  const { action, seen, repairs } = operation;
  if (result instanceof KubeError) {
    const { reason, message } = kubeProblem(result);
    return { type: 'Warning', reason, action, note: message };
  }
  if (repairs) return { type: 'Warning', reason: 'DriftReverted', action, note: repaired(operation) };
  const { kind } = seen.resource;
  if (action === 'Delete') return { type: 'Normal', reason: `${kind}Deleted`, action, note: `Deleted ${nameOf(seen)}` };
  if (action === 'Release') {
    return { type: 'Normal', reason: `${kind}Released`, action, note: `Left ${nameOf(seen)} in place, unmarked` };
  }
  const note = seen.object ? `Changed ${nameOf(seen)}: ${cut(operation.changed, MAX_PATHS)}` : `Made ${nameOf(seen)}`;
  return { type: 'Normal', reason: `${kind}Applied`, action, note };
}

const MAX_PATHS = 5;

function repaired({ seen, changed }: OwnedOperation): string {
  if (!seen.object) return `Somebody deleted ${nameOf(seen)}; made it again`;
  const who = otherManager(seen.object) ?? 'Somebody';
  return `${who} changed ${nameOf(seen)}; put back ${cut(changed, MAX_PATHS)}`;
}
