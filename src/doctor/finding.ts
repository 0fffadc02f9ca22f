/** What is checked, in the order in which it is told. */
export const checks = [
  'cluster',
  'crds',
  'operator',
  'access',
  'dns',
  'add-ons',
  'accounts',
  'permissions',
  'quotas',
  'clock',
  'versions',
] as const;
export type CheckName = (typeof checks)[number];

/**
 * - `ok`: as it should be. `note`: nothing is wrong, and there is something to know.
 * - `warning`: it works, and may not for long, or not as well as it could.
 * - `failure`: something doesn't work, or won't.
 * - `unchecked`: whether all is well can't be seen from here.
 */
export const levels = ['ok', 'note', 'warning', 'failure', 'unchecked'] as const;
export type Level = (typeof levels)[number];

interface Found {
  check: CheckName;
  /** What it is about: `AwsAccount/team-b`, `team-b/eu-west-1 sg-0a1b`. */
  subject: string;
  /** A sentence that stands by itself. */
  message: string;
}

/** `next`: what to do, a command where there is one. */
export type Finding = Found & ({ level: 'ok'; next?: never } | { level: Exclude<Level, 'ok'>; next: string });
