import { awsProblem } from '../api/problem.js';
import { AwsError } from '../aws/errors.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import { cut } from '../cut.js';
import { groupBy } from '../group-by.js';
import { plural } from '../plural.js';
import type { Operation, Outcome } from './targets/kind.js';

export interface SetEvent {
  set: string;
  type: 'Normal' | 'Warning';
  reason: string;
  action: string;
  note: string;
}

/** What was done, or failed, where: an event for each operation and each set that it was for. */
export function eventsOf(scope: Scope, outcomes: readonly Outcome[]): SetEvent[] {
  return outcomes.flatMap(({ operation, result }) => {
    if (result === 'NotTried') return [];
    const { action, done, object, changes } = operation;
    const where = `${scopeKey(scope)} ${object.id} (${object.name})`;
    const sets = new Set(changes.flatMap((change) => change.sets));
    return [...sets].map((set): SetEvent => {
      const what = listOf(operation, set);
      if (!(result instanceof AwsError)) {
        return { set, action, type: 'Normal', reason: done, note: `${where}: ${what}` };
      }
      const { reason, message } = awsProblem(result, where);
      return { set, action, type: 'Warning', reason, note: `${message}. Tried: ${what}` };
    });
  });
}

const MAX_VALUES = 5;

/** `2 rules for tcp/443: 203.0.113.0/24, 198.51.100.7/32; 1 rule for tcp/22: 203.0.113.0/24` */
function listOf({ changes }: Operation, set: string): string {
  const mine = changes.filter((change) => change.sets.includes(set));
  const alike = groupBy(mine, ({ noun, ports }) => `${noun} ${ports}`);
  return [...alike.values()]
    .map((part) => {
      const [{ noun = 'entry', ports } = {}] = part;
      const values = part.map(({ value }) => value);
      return `${plural(part.length, noun)}${ports ? ` for ${ports}` : ''}: ${cut(values, MAX_VALUES)}`;
    })
    .join('; ');
}
