import type { IncomingMessage } from 'node:http';

/** What the edge remembers of a call. */
export interface CallRecord {
  /** As the SigV4 credential scope names it: `ec2`, `sts`, `route53`. */
  readonly service: string;
  /** `DescribeSecurityGroups`; for REST services the method and path. */
  readonly action: string;
  readonly accountId: string;
  readonly region: string;
  readonly mutating: boolean;
  /** HTTP's; 0 while unanswered, and for good where the connection was reset. */
  status: number;
}

export type CallMatch = Partial<CallRecord>;

export function recordOf({ service, action, accountId, region, mutating, status }: CallRecord): CallRecord {
  return { service, action, accountId, region, mutating, status };
}

/** A call on its way through the edge. */
export interface EdgeCall extends Readonly<CallRecord> {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the Query protocol, which EC2 and STS speak; else empty. Changes go upstream. */
  readonly params: URLSearchParams;
  /** Answer a read as before the latest write. */
  stale?: boolean;
}

export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

export function matches(call: CallRecord, match: CallMatch): boolean {
  return Object.entries(match).every(([field, value]) => call[field as keyof CallRecord] === value);
}

const SCOPE = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;

/** `accountOf` tells whose an access key is. */
export function parseCall(request: IncomingMessage, body: string, accountOf: (accessKey: string) => string): EdgeCall {
  const { method = 'GET', url: path = '/' } = request;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const [, accessKey = '', region = '', service = ''] = SCOPE.exec(headers.authorization ?? '') ?? [];
  const query = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const params = new URLSearchParams(query ? body : '');
  const target = headers['x-amz-target']?.split('.').pop();
  const action = params.get('Action') ?? target ?? `${method} ${path}`;
  const reads = query || target ? /^(Describe|Get|List|Search|AssumeRole)/ : /^(GET|HEAD) /;
  return {
    service,
    action,
    region,
    accountId: accountOf(accessKey),
    mutating: !reads.test(action),
    status: 0,
    method,
    path,
    headers,
    body,
    params,
  };
}

/** An error that AWS would answer with. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** In the words of the service's protocol. */
export function refusalAnswer({ service }: CallRecord, { status, code, message }: Refusal): Answer {
  if (service === 'ec2') {
    return xml(status, `<Response><Errors>${errorXml(code, message)}</Errors><RequestID>edge</RequestID></Response>`);
  }
  if (service === 'sts' || service === 'route53') {
    return xml(status, `<ErrorResponse>${errorXml(code, message)}<RequestId>edge</RequestId></ErrorResponse>`);
  }
  return { status, contentType: 'application/x-amz-json-1.1', body: JSON.stringify({ __type: code, message }) };
}

export function xml(status: number, body: string): Answer {
  return { status, contentType: 'text/xml', body };
}

function errorXml(code: string, message: string): string {
  return `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
