import type { AwsResult } from '../../aws/call.js';
import type { AwsScope } from '../../aws/services.js';
import type { Subjects } from './subjects.js';

export type Subject = Exclude<keyof Subjects, 'ownerId'>;
type Ids<On extends Subject> = Record<On | 'ownerId', string>;

/** One call that shows whether IAM actions are allowed, and changes nothing: a read, or a call with EC2's DryRun. */
export interface Trial {
  /** What AWS asks IAM about, its own action first. */
  actions: readonly string[];
  /** What has to be there to be tried on. */
  on: readonly Subject[];
  send(aws: AwsScope, ids: Ids<Subject>): Promise<AwsResult<unknown>>;
}

/** @param actions separated by spaces: its own, and what else is asked about, as tags */
export function trial<const On extends Subject>(
  actions: string,
  on: readonly On[],
  send: (aws: AwsScope, ids: Ids<On>) => Promise<AwsResult<unknown>>,
): Trial {
  return { actions: actions.split(' '), on, send };
}
