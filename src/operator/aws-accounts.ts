import { scopeKey } from '../aws/scope.js';
import { accountReconciler } from '../aws-account/controller.js';
import { Controller } from '../kube/controller.js';
import { objectKey } from '../kube/resource.js';
import { type Ground, SETTLE_MS } from './ground.js';
import { isChange } from './is-change.js';

export function addAwsAccounts(ground: Ground): void {
  const { accounts, client, endpoints, estate, intervalMs, log, queues, sessions } = ground;
  const lookAtEndpoints = () => {
    for (const { metadata } of endpoints.store.list()) {
      queues.wake('private-link-endpoint', objectKey(metadata), SETTLE_MS);
    }
  };
  const lookAtScope = (key: string, afterMs = 0) => {
    queues.wake('scope', key, afterMs);
    queues.wake('discovery', key);
  };
  accounts.onChange((name, before, after) => {
    queues.wake('aws-account', name);
    if (!isChange(before, after)) return;
    lookAtEndpoints();
    for (const region of [...(before?.spec.regions ?? []), ...(after?.spec.regions ?? [])]) {
      lookAtScope(`${name}/${region}`, SETTLE_MS);
    }
    queues.wake('changes', 'all', SETTLE_MS);
  });
  if (!ground.runs('aws-account')) return;
  const onReady = (account: string) => {
    lookAtEndpoints();
    for (const { scope } of estate.places()) if (scope.account === account) lookAtScope(scopeKey(scope));
  };
  queues.add(
    new Controller({
      name: 'aws-account',
      concurrency: 4,
      reconcile: accountReconciler({ accounts: accounts.store, client, sessions, intervalMs, onReady }),
      log,
    }),
  );
}
