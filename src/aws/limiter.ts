import type { AwsCall } from './errors.js';

interface Rate {
  /** Calls that a full bucket lets through at once. */
  burst: number;
  perSecond: number;
}

const READ: Rate = { burst: 100, perSecond: 20 };
const WRITE: Rate = { burst: 50, perSecond: 5 };
const TAG: Rate = { burst: 100, perSecond: 10 };
const ROUTE_53: Rate = { burst: 50, perSecond: 10 };
const WAF_READ: Rate = { burst: 5, perSecond: 5 };
/** AWS says one a second: a little less, as a bucket of one leaves no room for calls that arrive closer together. */
const WAF_WRITE: Rate = { burst: 1, perSecond: 0.9 };
const OTHER: Rate = { burst: 10, perSecond: 5 };

/**
 * The bucket that AWS takes a call from, and its rate.
 *
 * EC2: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html (a read without filter and MaxResults
 * has a smaller bucket there: don't make any). Route 53 counts all calls of an account together:
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html. WAF has rates of any individual Get or
 * List, and of any Create, Put or Update: https://docs.aws.amazon.com/waf/latest/developerguide/limits.html. Others get
 * the figures of GetServiceQuota: https://docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html, as
 * EKS and RAM publish none.
 */
function bucketOf({ accountId, region, service, action }: AwsCall): [key: string, rate: Rate] {
  if (service === 'route53') return [`${accountId}/${service}`, ROUTE_53];
  const key = `${accountId}/${region}/${service}:${action}`;
  const reads = /^(Describe|Get|List|Search)/.test(action);
  if (service === 'wafv2') return [key, reads ? WAF_READ : WAF_WRITE];
  if (service !== 'ec2') return [key, OTHER];
  if (action === 'CreateTags' || action === 'DeleteTags') return [key, TAG];
  return [key, reads ? READ : WRITE];
}

/** Share of a burst that is used: the account is not ours alone. */
const HEADROOM = 0.9;
/** A throttled bucket refills at half its rate, at a quarter when that is throttled too, down to 1/32. */
const MAX_SLOWDOWN = 5;
/** What calls in flight together are told within this time counts as one throttling. */
const SLOWDOWN_MS = 1_000;
/** Without another throttling, the rate doubles after each such time until it is the bucket's own again. */
const RECOVERY_MS = 10_000;

class Bucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #refilledAt = performance.now();
  #inFlight = 0;
  #slowdown = 0;
  #throttledAt = Number.NEGATIVE_INFINITY;
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ burst, perSecond }: Rate) {
    this.#perSecond = perSecond;
    this.#capacity = Math.max(1, burst * HEADROOM);
    this.#tokens = this.#capacity;
  }

  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.#waiting.delete(go);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(go);
      if (!this.#timer) this.#serve();
    });
  }

  answered(): void {
    this.#refill();
    this.#inFlight -= 1;
  }

  throttled(): void {
    const now = performance.now();
    if (now - this.#throttledAt > SLOWDOWN_MS) this.#slowdown = Math.min(this.#slowdownAt(now) + 1, MAX_SLOWDOWN);
    this.#throttledAt = now;
    this.#tokens = 0;
    this.#refilledAt = now;
  }

  #serve(): void {
    this.#timer = undefined;
    const perSecond = this.#refill();
    for (const go of this.#waiting) {
      if (this.#tokens < 1) {
        this.#timer = setTimeout(() => this.#serve(), Math.ceil(((1 - this.#tokens) / perSecond) * 1000));
        return;
      }
      this.#tokens -= 1;
      this.#inFlight += 1;
      this.#waiting.delete(go);
      go();
    }
  }

  /**
   * Returns the rate. A call may be long on its way, and AWS's bucket stays full until it arrives: what it took is not
   * refilled before its answer, or calls that arrive together would be more than AWS lets through.
   */
  #refill(): number {
    const now = performance.now();
    const perSecond = this.#perSecond / 2 ** this.#slowdownAt(now);
    const refilled = this.#tokens + ((now - this.#refilledAt) / 1000) * perSecond;
    this.#tokens = Math.min(this.#capacity - this.#inFlight, refilled);
    this.#refilledAt = now;
    return perSecond;
  }

  #slowdownAt(now: number): number {
    return Math.max(0, this.#slowdown - Math.floor((now - this.#throttledAt) / RECOVERY_MS));
  }
}

/** Keeps calls below AWS's request rates: a token bucket for each account, region and action; first come, first served. */
export class Limiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Waits for its turn; `answered` must follow. Rejects with the signal's reason when that aborts first. */
  take(call: AwsCall, signal?: AbortSignal): Promise<void> {
    return this.#bucket(call).take(signal);
  }

  /** AWS answered, or nobody waits for it any more. */
  answered(call: AwsCall): void {
    this.#bucket(call).answered();
  }

  /** AWS said no: the bucket is empty now, and refills slower for a while. */
  throttled(call: AwsCall): void {
    this.#bucket(call).throttled();
  }

  #bucket(call: AwsCall): Bucket {
    const [key, rate] = bucketOf(call);
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = new Bucket(rate);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }
}
