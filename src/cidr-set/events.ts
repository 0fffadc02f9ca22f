import { awsProblem } from '../api/problem.js';
import { AwsError } from '../aws/errors.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import { groupBy } from '../group-by.js';
import { plural } from '../plural.js';
import type { Outcome } from './apply.js';
import type { ChangeKind, Operation } from './change.js';
import { portsText } from './ports.js';

export interface SetEvent {
  set: string;
  type: 'Normal' | 'Warning';
  reason: string;
  action: string;
  note: string;
}

const DONE: Record<ChangeKind, string> = {
  Authorize: 'RulesAuthorized',
  UpdateDescription: 'DescriptionsUpdated',
  Revoke: 'RulesRevoked',
  Disown: 'RulesReleased',
};

/** What was done, or failed, where: an event for each operation and each set that it was for. */
export function eventsOf(scope: Scope, outcomes: readonly Outcome[]): SetEvent[] {
  return outcomes.flatMap(({ operation, result }) => {
    if (result === 'NotTried') return [];
    const where = `${scopeKey(scope)} ${operation.group.id} (${operation.group.name})`;
    const sets = new Set(operation.changes.flatMap((change) => change.sets));
    return [...sets].map((set): SetEvent => {
      const action = operation.kind;
      if (!(result instanceof AwsError)) {
        return {
          set,
          action,
          type: 'Normal',
          reason: DONE[operation.kind],
          note: `${where}: ${countOf(operation, set)}`,
        };
      }
      const { reason, message } = awsProblem(result, where);
      return { set, action, type: 'Warning', reason, note: message };
    });
  });
}

/** `3 rules for tcp/443, 1 rule for tcp/22` */
function countOf({ changes, direction }: Operation, set: string): string {
  const mine = changes.filter((change) => change.sets.includes(set));
  const noun = direction === 'Egress' ? 'egress rule' : 'rule';
  const byPorts = groupBy(mine, ({ rule }) => portsText(rule));
  return [...byPorts].map(([ports, { length }]) => `${plural(length, noun)} for ${ports}`).join(', ');
}
