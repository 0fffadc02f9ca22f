import type { AwsError } from '../aws/errors.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import { isRead, READS } from './permissions.js';
import type { ReadError } from './report.js';

/** @param what the target or source that could not be read, where it was not the whole scope */
export function awsReadError(error: AwsError, scope: Scope, what?: string): ReadError {
  const { message, permission, service } = error;
  const needed = permission && what && isRead(what) ? `; ${what} needs ${READS[what].join(', ')}` : '';
  return {
    // Signing in is the same for all regions, and so is Route 53.
    where: service === 'sts' || service === 'route53' ? scope.account : scopeKey(scope),
    message: message + needed,
    ...(permission && { permission }),
    accountId: scope.accountId,
  };
}

export function distinct(errors: readonly ReadError[]): ReadError[] {
  return [...new Map(errors.map((error) => [`${error.where} ${error.message}`, error])).values()];
}
