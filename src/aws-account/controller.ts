import { accountConfig } from '../api/account-config.js';
import { type AwsAccount, awsaccounts } from '../api/aws-account.gen.js';
import { awsProblem } from '../api/problem.js';
import type { Sessions } from '../aws/session.js';
import type { KubeClient } from '../kube/client.js';
import { conditionSet } from '../kube/conditions.js';
import type { Result } from '../kube/controller.js';
import { applyStatus } from '../kube/status.js';
import type { ReadonlyStore } from '../kube/store.js';
import { timestamp } from '../kube/time.js';

export interface AccountControllerOptions {
  accounts: ReadonlyStore<AwsAccount>;
  client: KubeClient;
  sessions: Sessions;
  /** How soon the account's identity is asked for again. */
  intervalMs: number;
  /** Hears the name of an account whose credentials work now and did not before. */
  onReady(account: string): void;
}

const conditions = conditionSet('IdentityVerified');

/** Reconciles one AwsAccount: its status tells whether its credentials are those of its account. */
export function accountReconciler({ accounts, client, sessions, intervalMs, onReady }: AccountControllerOptions) {
  return async (name: string): Promise<Result | undefined> => {
    const account = accounts.get(name);
    if (!account) {
      sessions.drop(name);
      return undefined;
    }
    const { accountId } = account.spec;
    const identity = await sessions.get(accountConfig(account)).verify();
    const found = identity.ok
      ? ({ status: 'True', reason: 'Verified', message: `acting as ${identity.value.arn}` } as const)
      : ({ status: 'False', ...awsProblem(identity.error, `${name} (${accountId})`) } as const);
    await applyStatus(client, awsaccounts, account, {
      observedGeneration: account.metadata.generation ?? 0,
      ...(identity.ok && { arn: identity.value.arn }),
      conditions: conditions({
        object: account,
        now: timestamp(),
        findings: { IdentityVerified: found },
        ready: { reason: found.reason, message: found.message },
      }),
    });
    const wasReady = account.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    if (identity.ok && !wasReady) onReady(name);
    return { requeueAfterMs: intervalMs };
  };
}
