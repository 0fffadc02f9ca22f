import { expect, it } from '@jest/globals';
import { type AwsCall, AwsError, type AwsErrorClass, toAwsError } from '../../../src/aws/errors.js';

const call: AwsCall = {
  account: 'team-a',
  accountId: '222222222222',
  region: 'eu-west-1',
  service: 'ec2',
  action: 'AuthorizeSecurityGroupIngress',
};
const role = 'arn:aws:iam::222222222222:role/sallyport';
const assumeRole: AwsCall = { ...call, service: 'sts', action: 'AssumeRole', resource: role };

/** What the SDK throws when AWS answered with an error. */
function answered(code: string, status: number, message = 'AWS says why'): Error {
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status, requestId: 'r-1' } });
}

it.each<[AwsErrorClass, string, number?]>([
  ['Throttled', 'RequestLimitExceeded', 503],
  ['Throttled', 'Throttling'],
  ['Throttled', 'ThrottlingException'],
  ['Throttled', 'TooManyRequestsException', 429],
  ['Throttled', 'PriorRequestNotComplete'],
  ['Denied', 'UnauthorizedOperation', 403],
  ['Denied', 'AccessDenied', 403],
  ['Denied', 'AccessDeniedException'],
  ['Denied', 'AuthFailure', 401],
  ['Denied', 'ExpiredToken', 403],
  ['Denied', 'ExpiredTokenException'],
  ['Denied', 'RequestExpired'],
  ['Denied', 'InvalidClientTokenId', 403],
  ['Denied', 'SignatureDoesNotMatch', 403],
  ['Denied', 'OptInRequired'],
  ['Denied', 'RegionDisabledException', 403],
  ['NotFound', 'InvalidGroup.NotFound'],
  ['NotFound', 'InvalidSecurityGroupRuleId.NotFound'],
  ['NotFound', 'InvalidPermission.NotFound'],
  ['NotFound', 'NoSuchHostedZone', 404],
  ['NotFound', 'InvalidServiceName'],
  ['Denied', 'NotAuthorizedException', 401],
  ['Conflict', 'ConcurrentModification'],
  ['Conflict', 'InvalidState'],
  ['InUse', 'ExistingVpcEndpointConnections'],
  ['InUse', 'ConflictingDomainExists'],
  ['InUse', 'HostedZoneNotEmpty'],
  ['Quota', 'TooManyHostedZones'],
  ['NotFound', 'ResourceNotFoundException', 404],
  ['Conflict', 'InvalidPermission.Duplicate'],
  ['Conflict', 'InvalidGroup.InUse'],
  ['Conflict', 'DependencyViolation'],
  ['Conflict', 'IncorrectState'],
  ['Conflict', 'PrefixListVersionMismatch'],
  ['Conflict', 'IdempotentParameterMismatch'],
  ['Conflict', 'WAFOptimisticLockException'],
  ['Conflict', 'WAFDuplicateItemException'],
  ['Conflict', 'ResourceInUseException', 409],
  ['InUse', 'WAFAssociatedItemException'],
  ['NotFound', 'WAFNonexistentItemException'],
  ['Quota', 'WAFLimitsExceededException'],
  ['Transient', 'WAFUnavailableEntityException'],
  ['Quota', 'RulesPerSecurityGroupLimitExceeded'],
  ['Quota', 'SecurityGroupLimitExceeded'],
  ['Quota', 'TagLimitExceeded'],
  ['Quota', 'LimitExceededException'],
  ['Transient', 'InternalError', 500],
  ['Transient', 'Unavailable', 503],
  ['Invalid', 'InvalidGroupId.Malformed'],
  ['Invalid', 'InvalidParameterValue'],
  ['Invalid', 'MissingParameter'],
])('%s: %s', (expected, code, status = 400) => {
  const error = toAwsError(answered(code, status), call);
  expect(error).toMatchObject({ class: expected, code, requestId: 'r-1', account: 'team-a', region: 'eu-west-1' });
});

it.each<[string, Error]>([
  ['ECONNRESET', Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })],
  ['ETIMEDOUT', Object.assign(new Error('no answer in time'), { name: 'TimeoutError', code: 'ETIMEDOUT' })],
  ['ENOTFOUND', Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })],
  ['AbortError', new DOMException('aborted', 'AbortError')],
])('Transient: no answer (%s)', (code, cause) => {
  expect(toAwsError(Object.assign(cause, { $metadata: { attempts: 3 } }), call)).toMatchObject({
    class: 'Transient',
    permission: undefined,
  });
  expect(toAwsError(cause, call).message).toContain('ec2:AuthorizeSecurityGroupIngress failed');
  if (code !== 'AbortError') expect(toAwsError(cause, call).code).toBe(code);
});

it('says no credentials were found', () => {
  const cause = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  });
  expect(toAwsError(cause, call)).toMatchObject({ class: 'Denied', permission: undefined });
});

const blob = 'Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abc_def';

it.each<[string, AwsCall, string, string, string]>([
  [
    'names the permission, the resource and the reason',
    call,
    'You are not authorized to perform this operation. User: arn:aws:sts::222222222222:assumed-role/sallyport/x is not ' +
      'authorized to perform: ec2:AuthorizeSecurityGroupIngress on resource: arn:aws:ec2:eu-west-1:222222222222:security-group/sg-1 ' +
      `because no identity-based policy allows the ec2:AuthorizeSecurityGroupIngress action. ${blob}`,
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:AuthorizeSecurityGroupIngress on arn:aws:ec2:eu-west-1:222222222222:security-group/sg-1 was denied: ' +
      'no identity-based policy allows the ec2:AuthorizeSecurityGroupIngress action',
  ],
  [
    'names another permission than the action, where AWS does',
    call,
    'You are not authorized to perform this operation. User: arn:aws:iam::222222222222:user/x is not authorized to ' +
      `perform: ec2:CreateTags on resource: arn:aws:ec2:eu-west-1:222222222222:security-group-rule/* with an explicit deny in a service control policy. ${blob}`,
    'ec2:CreateTags',
    'ec2:CreateTags on arn:aws:ec2:eu-west-1:222222222222:security-group-rule/* was denied: an explicit deny in a service control policy',
  ],
  [
    'names the action, where AWS names nothing',
    call,
    `You are not authorized to perform this operation. ${blob}`,
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:AuthorizeSecurityGroupIngress was denied',
  ],
  ['names the role', assumeRole, 'Access denied', 'sts:AssumeRole', `sts:AssumeRole on ${role} was denied`],
])('Denied %s', (_, at, message, permission, expected) => {
  const error = toAwsError(answered('UnauthorizedOperation', 403, message), at);
  expect(error).toMatchObject({ class: 'Denied', permission, message: expected });
});

it('keeps what AWS quotes of a request to itself', () => {
  const message = 'The signature does not match.\n\nThe Canonical String was\n\nx-amz-security-token:FwoGZXIvYXdzEJr';
  expect(toAwsError(answered('SignatureDoesNotMatch', 403, message), call).message).toBe(
    'ec2:AuthorizeSecurityGroupIngress failed: SignatureDoesNotMatch: The signature does not match',
  );
});

it('stays what it is', () => {
  const error = new AwsError(assumeRole, { class: 'Denied', code: 'AccessDenied', message: 'denied' });
  expect(toAwsError(error, call)).toBe(error);
});
