import { createHash } from 'node:crypto';
import type { PrivateLinkEndpointStatus } from '../api/private-link-endpoint.gen.js';
import type { Fight } from './fight.js';

export type InterceptionStatus = NonNullable<PrivateLinkEndpointStatus['interception']>;

/** What is known of a resource from one look to the next. Its status has all that a restart needs. */
export interface Memory extends Pick<InterceptionStatus, 'proved' | 'proving' | 'rolledBack' | 'resolver'> {
  fight?: Fight;
  /** When its rewrites were taken out, in milliseconds. */
  removedAt?: number;
}

export function memoryOf({ proved, proving, rolledBack, resolver }: InterceptionStatus = {}): Memory {
  return {
    ...(proved && { proved }),
    ...(proving && { proving }),
    ...(rolledBack && { rolledBack }),
    ...(resolver && { resolver }),
  };
}

export function digest(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
