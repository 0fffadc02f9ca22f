import { accountConfig } from '../../api/account-config.js';
import type { AwsAccount } from '../../api/aws-account.gen.js';
import type { AwsResult } from '../../aws/call.js';
import type { Identity } from '../../aws/session.js';
import { inTime } from '../in-time.js';
import { observeRegion, type RegionFacts, type RegionOptions } from './region.js';

/** undefined: not in time. */
type InTime<T> = T | undefined;

export interface AccountFacts {
  account: AwsAccount;
  identity: InTime<AwsResult<Identity>>;
  /** By region; empty where the account can't be entered. */
  regions: Record<string, InTime<AwsResult<RegionFacts>>>;
}

/** Who we are there, and then all regions side by side, each within the deadline. */
export async function observeAccount(
  account: AwsAccount,
  options: RegionOptions,
  deadlineMs: number,
): Promise<AccountFacts> {
  const session = options.sessions.get(accountConfig(account));
  const identity = await inTime(deadlineMs, () => session.verify());
  if (!identity?.ok) return { account, identity, regions: {} };
  const { name, accountId, regions } = session.config;
  const observed = await Promise.all(
    regions.map(async (region) => {
      const scope = { account: name, accountId, region };
      return [region, await inTime(deadlineMs, (signal) => observeRegion(scope, session, options, signal))] as const;
    }),
  );
  return { account, identity, regions: Object.fromEntries(observed) };
}
