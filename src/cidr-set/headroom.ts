import { scopeKey } from '../aws/scope.js';
import type { Finding } from '../kube/conditions.js';
import type { QuotaUse } from './facts.js';
import type { ScopeView } from './view.js';

/** From this share of a quota on it is time to do something. */
export const NEAR = 0.8;

/** How near the fullest group or object that the set is in, in any scope, is to its quota; undefined: it is in none. */
export function quotaHeadroom(views: readonly ScopeView[]): Finding | undefined {
  const [fullest] = views
    .flatMap((view) => {
      const use = view.report?.sets.get(view.wish.set)?.quotaUse;
      return use ? [{ where: scopeKey(view), use }] : [];
    })
    .sort((a, b) => ratio(b.use) - ratio(a.use));
  if (!fullest) return undefined;
  const { object, used, quota, what } = fullest.use;
  const near = ratio(fullest.use) >= NEAR;
  return {
    status: near ? 'False' : 'True',
    reason: near ? 'NearQuota' : 'Enough',
    message: `${fullest.where} ${object}: ${used} of ${quota} ${what}`,
  };
}

function ratio({ used, quota }: QuotaUse): number {
  return used / quota;
}
