/** What the edge remembers of a call. */
export interface CallRecord {
  /** As the SigV4 credential scope names it: `ec2`, `sts`, `route53`, `elasticloadbalancing`, `wafv2`, `eks`, `ram`. */
  readonly service: string;
  /** `DescribeSecurityGroups`; for REST services that the edge has no routes of, the method and path. */
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
  readonly accessKey: string;
  /** Of the Query protocol, which EC2, STS and ELB speak; else empty. Changes go upstream. */
  readonly params: URLSearchParams;
  /**
   * Of the JSON and REST protocols: body, path and query together, in the service's own names; without the body where
   * that is XML. Else empty.
   */
  readonly input: Readonly<Record<string, unknown>>;
  /** EC2 only says whether it would be allowed. */
  readonly dryRun: boolean;
  /** Answer a read as before the latest write. */
  stale?: boolean;
}

export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/** Sends a call on to moto; `changed`: with other parameters, or another input. */
export type Forward = (changed?: URLSearchParams | object) => Promise<Answer>;
/** How an action that moto lacks or gets wrong is carried out. */
export type Action = (call: EdgeCall, forward: Forward) => Promise<Answer> | Answer;
export type Actions = Record<string, Action>;

export function matches(call: CallRecord, match: CallMatch): boolean {
  return Object.entries(match).every(([field, value]) => call[field as keyof CallRecord] === value);
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

/** Services, besides EC2, that speak XML. */
export const XML_SERVICES = ['sts', 'route53', 'elasticloadbalancing'];

/** In the words of the service's protocol. */
export function refusalAnswer({ service }: CallRecord, { status, code, message }: Refusal): Answer {
  if (service === 'ec2') {
    return xml(status, `<Response><Errors>${errorXml(code, message)}</Errors><RequestID>edge</RequestID></Response>`);
  }
  if (XML_SERVICES.includes(service)) {
    return xml(status, `<ErrorResponse>${errorXml(code, message)}<RequestId>edge</RequestId></ErrorResponse>`);
  }
  return { ...json({ __type: code, message }), status };
}

export function xml(status: number, body: string): Answer {
  return { status, contentType: 'text/xml', body };
}

/** Of the JSON and REST JSON protocols. */
export function json(body: object): Answer {
  return { status: 200, contentType: 'application/x-amz-json-1.1', body: JSON.stringify(body) };
}

function errorXml(code: string, message: string): string {
  return `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
