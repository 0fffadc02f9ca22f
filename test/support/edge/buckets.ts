import type { EdgeCall } from './call.js';

interface Figure {
  burst: number;
  perSecond: number;
}

/** https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html, tables of request token buckets. */
const TAGGING: Figure = { burst: 100, perSecond: 10 };
const READ: Figure = { burst: 100, perSecond: 20 };
const UNBOUNDED_READ: Figure = { burst: 50, perSecond: 10 };
const WRITE: Figure = { burst: 50, perSecond: 5 };
/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html, of all calls of an account. */
const ROUTE_53: Figure = { burst: 50, perSecond: 10 };

/** https://docs.aws.amazon.com/waf/latest/developerguide/limits.html: fixed rates of any individual call. */
const WAF_READ: Figure = { burst: 5, perSecond: 5 };
const WAF_WRITE: Figure = { burst: 1, perSecond: 1 };
/** EKS, RAM and Service Quotas: no figures of single actions are published. */
const OTHER: Figure = { burst: 10, perSecond: 5 };

function bucketOf({ accountId, region, service, action, mutating, params }: EdgeCall): [string, Figure] | undefined {
  if (service === 'route53') return [`${accountId} ${service}`, ROUTE_53];
  const key = `${accountId} ${region} ${service} ${action}`;
  if (service === 'sts') return undefined;
  if (service === 'wafv2' && !action.includes('Tag')) return [key, mutating ? WAF_WRITE : WAF_READ];
  if (service !== 'ec2') return [key, OTHER];
  if (action === 'CreateTags' || action === 'DeleteTags') return [key, TAGGING];
  if (mutating) return [key, WRITE];
  const bounded = ['MaxResults', 'Filter.1.Name'].some((param) => params.has(param));
  return action === 'DescribeSecurityGroups' && !bounded ? [`${key} unbounded`, UNBOUNDED_READ] : [key, READ];
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
    const bucket = bucketOf(call);
    if (!bucket) return true;
    const [key, { burst, perSecond }] = bucket;
    const now = this.#now();
    const last = this.#levels.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, last.tokens + ((now - last.at) / 1000) * perSecond);
    this.#levels.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  }
}
