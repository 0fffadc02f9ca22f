import { accountConfig } from '../api/account-config.js';
import type { AwsAccount } from '../api/aws-account.gen.js';
import { awsProblem, type Problem } from '../api/problem.js';
import type { ReadonlyStore } from '../kube/store.js';
import type { AwsResult } from './call.js';
import type { AwsError } from './errors.js';
import type { AwsScope } from './services.js';
import type { Sessions } from './session.js';

/** In place of a region: Route 53 is the same in all. */
export const GLOBAL = 'global';

/** An account and region that something is asked of. */
export interface PlaceRef {
  /** The AwsAccount. */
  account: string;
  region: string;
}

/** What was read, or why it couldn't be; with `error` where AWS said so. */
export type Reading<T> = { ok: true; value: T } | { ok: false; problem: Problem; error?: AwsError };

/** The way to accounts and regions, for whoever knows their names. */
export class Places {
  readonly #accounts: ReadonlyStore<AwsAccount>;
  readonly #sessions: Sessions;

  constructor(accounts: ReadonlyStore<AwsAccount>, sessions: Sessions) {
    this.#accounts = accounts;
    this.#sessions = sessions;
  }

  /** Twelve digits; undefined where no AwsAccount has the name. */
  accountId(account: string): string | undefined {
    return this.#accounts.get(account)?.spec.accountId;
  }

  /** The road there, once the credentials are known to be the account's own. */
  async open(place: PlaceRef, signal: AbortSignal): Promise<Reading<AwsScope>> {
    const account = this.#accounts.get(place.account);
    if (!account) {
      const message = `there is no AwsAccount ${place.account}`;
      return { ok: false, problem: { reason: 'UnknownAccount', message } };
    }
    const { regions } = account.spec;
    const [first = ''] = regions;
    const region = place.region === GLOBAL ? first : place.region;
    if (!regions.includes(region)) {
      const message = `${region} is not in spec.regions of AwsAccount ${place.account}`;
      return { ok: false, problem: { reason: 'UnknownRegion', message } };
    }
    const session = this.#sessions.get(accountConfig(account));
    const identity = await session.verify();
    return identity.ok ? { ok: true, value: session.scope(region, signal) } : failed(place, identity.error);
  }

  async read<T>(
    place: PlaceRef,
    signal: AbortSignal,
    read: (aws: AwsScope) => Promise<AwsResult<T>>,
  ): Promise<Reading<T>> {
    const road = await this.open(place, signal);
    if (!road.ok) return road;
    const answer = await read(road.value);
    return answer.ok ? answer : failed(place, answer.error);
  }
}

/** `shared/eu-west-1`; what is the same in all regions is `shared`. */
export function placeText({ account, region }: PlaceRef): string {
  return region === GLOBAL ? account : `${account}/${region}`;
}

function failed(place: PlaceRef, error: AwsError): Reading<never> {
  return { ok: false, problem: awsProblem(error, placeText(place)), error };
}
