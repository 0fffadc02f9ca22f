import type { CallRecord, EdgeCall } from './call.js';

interface Figure {
  burst: number;
  perSecond: number;
}

/** https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html, tables of request token buckets. */
const TAGGING: Figure = { burst: 100, perSecond: 10 };
const READ: Figure = { burst: 100, perSecond: 20 };
const UNBOUNDED_READ: Figure = { burst: 50, perSecond: 10 };
const WRITE: Figure = { burst: 50, perSecond: 5 };
/**
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html: of all calls of an account,
 * and of some actions besides. Its limit of changes, 100 a second, is not kept here.
 */
const ROUTE_53: Figure = { burst: 50, perSecond: 10 };
const ROUTE_53_ACTIONS: Record<string, Figure> = {
  AssociateVPCWithHostedZone: { burst: 20, perSecond: 5 },
  CreateHostedZone: { burst: 40, perSecond: 2 },
  DeleteHostedZone: { burst: 40, perSecond: 5 },
  DisassociateVPCFromHostedZone: { burst: 10, perSecond: 5 },
};

/** https://docs.aws.amazon.com/waf/latest/developerguide/limits.html: fixed rates of any individual call. */
const WAF_READ: Figure = { burst: 5, perSecond: 5 };
const WAF_WRITE: Figure = { burst: 1, perSecond: 1 };
/**
 * https://docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html, of GetServiceQuota. EKS and RAM
 * publish no figures: they are taken to be as narrow.
 */
const OTHER: Figure = { burst: 10, perSecond: 5 };

type Spender = CallRecord & Pick<EdgeCall, 'params'>;

/** A call takes from all of its buckets, and is throttled by any. */
function bucketsOf({ accountId, region, service, action, mutating, params }: Spender): [string, Figure][] {
  if (service === 'route53') {
    const account = `${accountId} ${service}`;
    const own = ROUTE_53_ACTIONS[action];
    return [[account, ROUTE_53], ...(own ? [[`${account} ${action}`, own] satisfies [string, Figure]] : [])];
  }
  const key = `${accountId} ${region} ${service} ${action}`;
  if (service === 'sts') return [];
  if (service === 'wafv2' && !action.includes('Tag')) return [[key, mutating ? WAF_WRITE : WAF_READ]];
  if (service !== 'ec2') return [[key, OTHER]];
  if (action === 'CreateTags' || action === 'DeleteTags') return [[key, TAGGING]];
  if (mutating) return [[key, WRITE]];
  const bounded = ['MaxResults', 'Filter.1.Name'].some((param) => params.has(param));
  return [action === 'DescribeSecurityGroups' && !bounded ? [`${key} unbounded`, UNBOUNDED_READ] : [key, READ]];
}

/** AWS's own throttling. */
export class Buckets {
  readonly #now: () => number;
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the call gets through. */
  take(call: EdgeCall): boolean {
    const now = this.#now();
    const levels = bucketsOf(call).map(([key, { burst, perSecond }]) => {
      const last = this.#levels.get(key) ?? { tokens: burst, at: now };
      return { key, tokens: Math.min(burst, last.tokens + ((now - last.at) / 1000) * perSecond) };
    });
    const through = levels.every(({ tokens }) => tokens >= 1);
    for (const { key, tokens } of levels) this.#levels.set(key, { tokens: through ? tokens - 1 : tokens, at: now });
    return through;
  }
}

/** How many seconds these calls take at the least, all buckets being full at first; reads are taken to be bounded. */
export function boundSeconds(calls: readonly CallRecord[]): number {
  const params = new URLSearchParams({ MaxResults: '1000' });
  const counts = new Map<string, number>();
  let bound = 0;
  for (const call of calls) {
    for (const [key, { burst, perSecond }] of bucketsOf({ ...call, params })) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      bound = Math.max(bound, (count - burst) / perSecond);
    }
  }
  return bound;
}
