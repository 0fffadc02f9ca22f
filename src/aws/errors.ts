import type { Scope } from './scope.js';

/**
 * What a failed call means to whoever made it.
 *
 * - `Throttled`, `Transient`: the same call may succeed later.
 * - `Denied`, `WrongAccount`: a person must change a role, a policy or an AwsAccount.
 * - `NotFound`, `Conflict`: AWS holds something else than was observed; observe again.
 * - `InUse`: something of others still refers to it.
 * - `Quota`: AWS has no room for it.
 * - `Invalid`: the call itself is wrong.
 */
export type AwsErrorClass =
  | 'Throttled'
  | 'Denied'
  | 'NotFound'
  | 'Quota'
  | 'Conflict'
  | 'InUse'
  | 'Transient'
  | 'WrongAccount'
  | 'Invalid';

export interface AwsCall extends Scope {
  /** IAM's prefix: `ec2`, `sts`, `route53`. */
  service: string;
  /** `AuthorizeSecurityGroupIngress`. */
  action: string;
  /** ARN of what is acted on, where the call has just one. */
  resource?: string;
}

export interface AwsErrorDetail {
  class: AwsErrorClass;
  code: string;
  message: string;
  permission?: string | undefined;
  requestId?: string | undefined;
}

/** The message names neither account nor region: they are fields, and whoever reports knows how to say them. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly class: AwsErrorClass;
  /** AWS's own: `InvalidGroup.NotFound`; or Node's, when no answer came: `ECONNRESET`. */
  readonly code: string;
  readonly service: string;
  readonly action: string;
  readonly account: string;
  readonly region: string;
  /** IAM action that is missing; only when the class is `Denied` and AWS refused an action, not the credentials. */
  readonly permission: string | undefined;
  readonly requestId: string | undefined;

  constructor(call: AwsCall, detail: AwsErrorDetail) {
    super(detail.message);
    this.class = detail.class;
    this.code = detail.code;
    this.service = call.service;
    this.action = call.action;
    this.account = call.account;
    this.region = call.region;
    this.permission = detail.permission;
    this.requestId = detail.requestId;
  }
}

const CURABLE: readonly AwsErrorClass[] = ['Throttled', 'Transient', 'Conflict', 'NotFound'];

/** Whether looking again soon may be all it takes. */
export function isCurable(error: AwsError): boolean {
  return CURABLE.includes(error.class);
}

/** First match wins. Codes of EC2 and STS as their API references list them, common ones of the others. */
const CLASSES: [AwsErrorClass, RegExp][] = [
  [
    'Throttled',
    /Throttl|^(RequestLimitExceeded|BandwidthLimitExceeded|PriorRequestNotComplete|SlowDown)$|^TooManyRequests/,
  ],
  ['Denied', /^(UnauthorizedOperation|AccessDenied|OptInRequired|PendingVerification|Blocked|RegionDisabled)/],
  ['Denied', /^(AuthFailure|InvalidClientTokenId|MissingAuthenticationToken|SignatureDoesNotMatch|UnrecognizedClient)/],
  ['Denied', /^(ExpiredToken|RequestExpired|CredentialsProviderError|NotAuthorizedException)/],
  ['Conflict', /(Duplicate|InUse|AlreadyExists|Mismatch|ConcurrentTagAccess)$|^(DependencyViolation|IncorrectState)/],
  ['Conflict', /^(ResourceInUse|WAFOptimisticLock|WAFDuplicateItem)Exception$/],
  ['Conflict', /^(InvalidState|ConcurrentModification)$/],
  ['InUse', /^(WAFAssociatedItem|ExistingVpcEndpointConnections|HostedZoneNotEmpty|ConflictingDomainExists)/],
  // A service that was made, or opened to the account, a moment ago.
  ['NotFound', /^InvalidServiceName$/],
  ['NotFound', /NotFound(Exception)?$|^NoSuch|^WAFNonexistentItem/],
  ['Quota', /^TooMany(HostedZones|VPCAssociationAuthorizations)$|Limits?Exceeded(Exception)?$/],
  ['Transient', /^WAFUnavailableEntity/],
];

/** `status`: HTTP's; undefined when no answer came. */
export function classOf(code: string, status: number | undefined): AwsErrorClass {
  const known = CLASSES.find(([, codes]) => codes.test(code));
  if (known) return known[0];
  return status === undefined || status >= 500 ? 'Transient' : 'Invalid';
}

interface SdkFailure {
  name: string;
  message: string;
  /** Node's, for example `ECONNRESET`; a DOMException has a number. */
  code?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

const UNAUTHORIZED = /is not authorized to perform: (\S+)(?: on resource: (\S+))?(?:,? (?:because|with) ([^.]+))?/;

/** Turns whatever the SDK threw into an AwsError; an AwsError stays as it is. */
export function toAwsError(cause: unknown, call: AwsCall): AwsError {
  if (cause instanceof AwsError) return cause;
  const failure: SdkFailure = isFailure(cause) ? cause : new Error(String(cause));
  const { httpStatusCode: status, requestId } = failure.$metadata ?? {};
  const code = status === undefined && typeof failure.code === 'string' ? failure.code : failure.name;
  const detail = { class: classOf(code, status), code, requestId };

  if (/^(UnauthorizedOperation|AccessDenied)/.test(code)) {
    // What AWS names may be another action than the one called: tags on a rule need ec2:CreateTags.
    const [, permission = `${call.service}:${call.action}`, resource = call.resource, reason] =
      UNAUTHORIZED.exec(failure.message) ?? [];
    const message = `${permission}${resource ? ` on ${resource}` : ''} was denied${reason ? `: ${reason}` : ''}`;
    return new AwsError(call, { ...detail, message, permission });
  }
  // AWS explains a wrong signature, below the first line, with the request's headers, security token included.
  const [summary = ''] = failure.message.split('\n', 1);
  const message = `${call.service}:${call.action} failed: ${code}: ${summary.replace(/\.$/, '')}`;
  return new AwsError(call, { ...detail, message });
}

function isFailure(cause: unknown): cause is SdkFailure {
  return typeof cause === 'object' && cause !== null && 'message' in cause;
}
