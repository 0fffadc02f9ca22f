import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type EdgeCall, Refusal, XML_SERVICES } from './call.js';
import { EMPTY_FIRST_PAGE, emptyPage } from './pages.js';

/** What happens to a call instead of, before or after what would. */
export type Effect = (call: EdgeCall, next: () => Promise<Answer>) => Promise<Answer>;

/** Thrown by an effect: the client gets no answer. */
export class ConnectionReset extends Error {}

/** The upstream never sees the call. */
export function refused(code: string, status = 400, message = `${code}, says the edge`): Effect {
  return () => Promise.reject(new Refusal(status, code, message));
}

/** `permission` need not be the action's: tags on rules need ec2:CreateTags. */
export function denied(permission?: string): Effect {
  return (call) => {
    const resource = call.service === 'ec2' ? `arn:aws:ec2:*:${call.accountId}:security-group/*` : '*';
    throw denial(call, permission ?? `${call.service}:${call.action}`, resource);
  };
}

/** What IAM has no yes for. EC2 words it its own way, with an encoded blob. */
export function denial({ service, accountId }: EdgeCall, permission: string, resource: string): Refusal {
  const user = `User: arn:aws:sts::${accountId}:assumed-role/sallyport/sallyport is not authorized to perform: ${permission}`;
  const message = `${user} on resource: ${resource} because no identity-based policy allows the ${permission} action`;
  if (service === 'ec2') {
    const whole = `You are not authorized to perform this operation. ${message}. Encoded authorization failure message: 3nc0d3d-bl0b`;
    return new Refusal(403, 'UnauthorizedOperation', whole);
  }
  return new Refusal(403, XML_SERVICES.includes(service) ? 'AccessDenied' : 'AccessDeniedException', message);
}

export function throttled(): Effect {
  return (call) => Promise.reject(throttling(call));
}

/** Of the services' API references, common errors. */
export function throttling({ service }: EdgeCall): Refusal {
  if (service === 'ec2') return new Refusal(503, 'RequestLimitExceeded', 'Request limit exceeded.');
  if (service === 'servicequotas') return new Refusal(400, 'TooManyRequestsException', 'Rate exceeded');
  const rest = service === 'eks' || service === 'ram';
  const code = rest || service === 'wafv2' ? 'ThrottlingException' : 'Throttling';
  return new Refusal(rest ? 429 : 400, code, 'Rate exceeded');
}

export function latency(ms: number): Effect {
  return async (_call, next) => {
    await sleep(ms);
    return next();
  };
}

/** AWS never hears of the call. */
export function resetBefore(): Effect {
  return () => Promise.reject(new ConnectionReset());
}

/** AWS did it; the client can't know. */
export function resetAfter(): Effect {
  return async (_call, next) => {
    await next();
    throw new ConnectionReset();
  };
}

/** Something that happens in the world just before the call. */
export function before(happen: (call: EdgeCall) => unknown): Effect {
  return async (call, next) => {
    await happen(call);
    return next();
  };
}

/** The first page has no items, but a token: EC2 may do so to any paged read. */
export function emptyFirstPage(): Effect {
  return async (call, next) => {
    if (call.params.get('NextToken') !== null) return next();
    return emptyPage(call.action, EMPTY_FIRST_PAGE);
  };
}

/** Eventual consistency: a read is answered as before the scope's latest write, where it was made before that. */
export function stale(): Effect {
  return (call, next) => {
    call.stale = true;
    return next();
  };
}
