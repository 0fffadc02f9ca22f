import type { Problem } from '../api/problem.js';
import type { Finding } from '../kube/conditions.js';
import type { InterceptionStatus } from './memory.js';

/** What came of a look at a resource. */
export interface Told {
  finding: Finding;
  status: InterceptionStatus;
  /** When to look again, in milliseconds. */
  againMs: number;
}

/** What people must see to. */
export function no({ reason, message }: Problem): Finding {
  return { status: 'False', reason, message };
}

/** What takes its time. */
export function proving(message: string): Finding {
  return { status: 'Unknown', reason: 'Proving', message };
}
