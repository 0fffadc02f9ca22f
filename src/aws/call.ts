import type { Client, Command, FinalizeRequestMiddleware, MetadataBearer, Pluggable } from '@smithy/types';
import { Counter, Histogram } from 'prom-client';
import { registry } from '../telemetry/metrics.js';
import { type AwsCall, AwsError, toAwsError } from './errors.js';
import type { Limiter } from './limiter.js';

/** A failure that is expected is a value. */
export type AwsResult<T> = { ok: true; value: T } | { ok: false; error: AwsError };

/** Where calls go: all of an AwsCall but its action. */
export type CallTarget = Omit<AwsCall, 'action'>;

const calls = new Counter({
  name: 'sallyport_aws_calls_total',
  help: 'Calls to AWS by result: ok, or the class of the error. Each attempt counts, as it does against the rate limits.',
  labelNames: ['account', 'region', 'service', 'action', 'result'],
  registers: [registry],
});

const duration = new Histogram({
  name: 'sallyport_aws_call_duration_seconds',
  help: 'Time AWS took to answer one attempt; waiting for its turn is not in it.',
  labelNames: ['service', 'action'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  registers: [registry],
});

/**
 * Makes every attempt of a call wait for its turn and be counted. The attempts are the SDK's standard retry: it repeats
 * the serialized request, so that the client token stays the same.
 */
export function attempts<In extends object, Out extends MetadataBearer>(
  call: AwsCall,
  limiter: Limiter,
  signal?: AbortSignal,
): Pluggable<In, Out> {
  const { account, region, service, action } = call;
  const attempt: FinalizeRequestMiddleware<In, Out> = (next) => async (args) => {
    await limiter.take(call, signal);
    const stopTimer = duration.startTimer({ service, action });
    let result = 'ok';
    try {
      return await next(args);
    } catch (cause) {
      result = toAwsError(cause, call).class;
      if (result === 'Throttled') limiter.throttled(call);
      throw cause;
    } finally {
      limiter.answered(call);
      stopTimer();
      calls.inc({ account, region, service, action, result });
    }
  };
  return {
    applyToStack: (stack) =>
      // Before signing: a signature must not grow old while its request waits.
      stack.addRelativeTo(attempt, {
        relation: 'after',
        toMiddleware: 'retryMiddleware',
        name: 'sallyportAttempt',
        override: true,
      }),
  };
}

/** How services spell where the next page begins: EC2 and Service Quotas, RAM, the others. */
interface Paged {
  NextToken?: string | undefined;
  nextToken?: string | undefined;
  NextMarker?: string | undefined;
}

function nextToken(page: Paged): string | undefined {
  return page.NextToken ?? page.nextToken ?? page.NextMarker;
}

/** The one road to a service of AWS in one scope. */
export class ServiceScope<In extends object, Out extends MetadataBearer, Config> {
  readonly target: CallTarget;
  readonly #client: Client<In, Out, Config>;
  readonly #limiter: Limiter;
  readonly #signal: AbortSignal | undefined;

  /** `signal` stops waiting, retrying and paging; an attempt on the wire is let finish, for AWS may have done it. */
  constructor(client: Client<In, Out, Config>, target: CallTarget, limiter: Limiter, signal?: AbortSignal) {
    this.#client = client;
    this.target = target;
    this.#limiter = limiter;
    this.#signal = signal;
  }

  async send<I extends In, O extends Out>(command: Command<In, I, Out, O, Config>): Promise<AwsResult<O>> {
    const call = this.#callOf(command);
    command.middlewareStack.use(attempts(call, this.#limiter, this.#signal));
    try {
      return { ok: true, value: await this.#client.send(command) };
    } catch (cause) {
      return { ok: false, error: toAwsError(cause, call) };
    }
  }

  /**
   * The items of all pages, or the failure of any. A page without a token is the last; an empty one need not be.
   * `tokenOf`: for a service that says otherwise where the next page begins.
   */
  async all<I extends In, O extends Out & Paged, T>(
    command: (NextToken: string | undefined) => Command<In, I, Out, O, Config>,
    pick: (page: O) => T[] | undefined,
    tokenOf: (page: O) => string | undefined = nextToken,
  ): Promise<AwsResult<T[]>> {
    const items: T[] = [];
    const seen = new Set<string | undefined>();
    let token: string | undefined;
    do {
      const next = command(token);
      if (seen.has(token)) {
        const message = `page ${seen.size + 1} has the token of an earlier one`;
        return {
          ok: false,
          error: new AwsError(this.#callOf(next), { class: 'Transient', code: 'RepeatedToken', message }),
        };
      }
      seen.add(token);
      const page = await this.send(next);
      if (!page.ok) return page;
      for (const item of pick(page.value) ?? []) items.push(item);
      token = tokenOf(page.value);
    } while (token);
    return { ok: true, value: items };
  }

  #callOf<I extends In, O extends Out>({ schema }: Command<In, I, Out, O, Config>): AwsCall {
    // The operation's name in the service's model; class names don't survive a minified bundle.
    const [, , action]: [unknown, unknown, string] = schema;
    return { ...this.target, action };
  }
}
