import { awsProblem } from '../api/problem.js';
import type { AwsError } from '../aws/errors.js';
import type { Hindrance } from './operation.js';

/** What to do about errors that mean something in particular here, by AWS's code. */
const CODES: Record<string, { reason: string; next: string }> = {
  ConflictingDomainExists: {
    reason: 'ZoneConflict',
    next: 'the VPC has another private zone of this name: write its id as dns.zoneId, or take the VPC out of it',
  },
  ExistingVpcEndpointConnections: { reason: 'InUse', next: 'AWS wants the endpoints deleted first' },
  'InvalidGroup.Duplicate': { reason: 'GroupTaken', next: 'write its id in securityGroups.ids, or delete it' },
  InvalidChangeBatch: { reason: 'RecordRefused', next: 'looking again' },
  DependencyViolation: { reason: 'InUse', next: 'it goes when nothing uses it any more' },
};

/** `where`: `team-a/eu-west-1`, and what it is about. */
export function explain(error: AwsError, where: string): Hindrance {
  const known = CODES[error.code];
  if (known) return { reason: known.reason, message: `${where}: ${error.message}; ${known.next}` };
  if (error.class !== 'Invalid') return awsProblem(error, where);
  return { reason: 'AwsRefused', message: `${where}: ${error.message}; correct what it names` };
}
