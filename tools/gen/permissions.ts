import type { Permission } from '../../src/iam/permission.js';
import { withTable } from './table.js';

/** The page with its table of what the role in each account may do made anew. */
export function withPermissions(page: string, permissions: readonly Permission[]): string {
  const rows = permissions.map(({ controller, feature, sid, why, actions, conditions = [] }) => {
    const limits = conditions.map(limitOf).join('; ');
    return [
      `\`${controller}\``,
      `\`${feature}\``,
      `\`${sid}\``,
      why,
      actions.map((each) => `\`${each}\``).join(', '),
      limits,
    ];
  });
  const heads = ['controller', 'asked for by', 'statement', 'to', 'actions', 'only'];
  return withTable(page, 'permissions', heads, rows);
}

function limitOf(condition: NonNullable<Permission['conditions']>[number]): string {
  if ('owner' in condition) return condition.key.includes('Resource') ? 'what is marked' : 'with its mark';
  return `\`${condition.key}\`: ${condition.values.map((value) => `\`${value}\``).join(', ')}`;
}
