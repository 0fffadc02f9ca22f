import { KubeError } from '../kube/error.js';
import type { CheckName, Finding } from './finding.js';
import { inTime } from './in-time.js';

export interface Check {
  /** What it counts as where it can't be carried out. */
  check: CheckName;
  subject: string;
  /** Rejects with a KubeError alone. */
  run(signal: AbortSignal): Promise<Finding[]>;
}

/** Within its deadline. One that can't be made is told as unchecked. */
export async function runCheck({ check, subject, run }: Check, deadlineMs: number): Promise<Finding[]> {
  try {
    return (await inTime(deadlineMs, run)) ?? [lateFinding(check, subject, deadlineMs)];
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return [uncheckedFinding(check, subject, error)];
  }
}

/** What the API server did not tell. */
export function uncheckedFinding(check: CheckName, subject: string, { status, message }: KubeError): Finding {
  const mayNot = 'ask for the ClusterRole sallyport-doctor, docs/doctor.md';
  const next = status === 403 ? mayNot : "kubectl get --raw '/readyz?verbose'";
  return { check, subject, level: 'unchecked', message, next };
}

export function lateFinding(check: CheckName, subject: string, deadlineMs: number): Finding {
  const message = `${subject} gave no answer within ${deadlineMs / 1000} s`;
  return { check, subject, level: 'unchecked', message, next: 'sallyport doctor --timeout 60' };
}
