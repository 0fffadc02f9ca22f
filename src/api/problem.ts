import type { AwsError, AwsErrorClass } from '../aws/errors.js';

/** Why something is not as declared, as a condition tells it: a word for programs, a sentence for people. */
export interface Problem {
  reason: string;
  message: string;
}

const REASONS: Record<AwsErrorClass, string> = {
  Throttled: 'Throttled',
  Denied: 'AccountDenied',
  NotFound: 'ChangedMeanwhile',
  Quota: 'QuotaExceeded',
  Conflict: 'ChangedMeanwhile',
  InUse: 'InUse',
  Transient: 'AwsUnreachable',
  WrongAccount: 'WrongAccount',
  Invalid: 'AwsRefused',
};

const NEXT_STEPS: Record<AwsErrorClass, string> = {
  Throttled: 'trying again, slower',
  Denied: "allow it in the policy of the AwsAccount's role, or in its trust policy",
  NotFound: 'looking again',
  Quota: 'raise the quota, or let in fewer CIDRs or ports',
  Conflict: 'looking again',
  InUse: 'take it out of what refers to it, such as the rules of a web ACL: then it goes',
  Transient: 'trying again',
  WrongAccount: "correct the AwsAccount's accountId or roleArn",
  Invalid: 'this is not expected: please report it with this message',
};

/** `error` in words for a condition: what failed where, and what comes next. */
export function awsProblem(error: AwsError, where: string): Problem {
  return { reason: REASONS[error.class], message: `${where}: ${error.message}; ${NEXT_STEPS[error.class]}` };
}
