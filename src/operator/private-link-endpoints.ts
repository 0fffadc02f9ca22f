import { scopeKey } from '../aws/scope.js';
import { admissionProblem } from '../cidr-set/admission.js';
import { interceptionReconciler } from '../interception/controller.js';
import { JOB_DNS } from '../interception/job-dns/deploy.js';
import { Controller } from '../kube/controller.js';
import { Reports } from '../kube/reports.js';
import { objectKey } from '../kube/resource.js';
import { privateLinkReconciler } from '../private-link-endpoint/controller.js';
import type { PartReports } from '../private-link-endpoint/parts.js';
import { partsReconciler } from '../private-link-endpoint/parts-controller.js';
import { Snapshots } from '../private-link-endpoint/snapshots.js';
import { proxyReconciler } from '../proxy/controller.js';
import { PROXY } from '../proxy/plan.js';
import { FRESH_MS, type Ground, SETTLE_MS } from './ground.js';
import { isChange } from './is-change.js';

const controllers = ['private-link-endpoint', 'proxy', 'interception'] as const;

export function addPrivateLinkEndpoints(ground: Ground): void {
  const { endpoints, owned, queues } = ground;
  if (!controllers.some((name) => ground.runs(name))) return;
  addStatus(ground, {
    ...(ground.runs('proxy') && { proxy: addProxy(ground) }),
    ...(ground.runs('interception') && { interception: addInterception(ground) }),
  });
  endpoints.onChange((key, before, after) => {
    if (!isChange(before, after)) return;
    for (const name of controllers) queues.wake(name, key, SETTLE_MS);
  });
  owned.onChange((part) => {
    const [component, key = ''] = part.split(' ');
    if (component === PROXY) queues.wake('proxy', key, SETTLE_MS);
    if (component === JOB_DNS) queues.wake('interception', key, SETTLE_MS);
  });
}

/** The one that writes status; it runs for the parts too. */
function addStatus(ground: Ground, parts: PartReports): void {
  const { accounts, endpoints, log, pollMs, queues, sets } = ground;
  const resources = endpoints.store;
  const reconcile = ground.runs('private-link-endpoint')
    ? privateLinkReconciler({
        ...ground,
        resources,
        snapshots: new Snapshots(Math.min(FRESH_MS, pollMs / 2)),
        admissionProblem: (set, { account, region }, ports) =>
          admissionProblem(set, sets.store.get(set), accounts.store.get(account), region, ports),
        parts,
        onGroup: (place) => queues.wake('scope', scopeKey(place)),
      })
    : partsReconciler({ ...ground, resources, parts });
  queues.add(new Controller({ name: 'private-link-endpoint', concurrency: 16, reconcile, log }));
}

function addProxy(ground: Ground): NonNullable<PartReports['proxy']> {
  const reports: NonNullable<PartReports['proxy']> = new Reports();
  const { endpoints, log, queues } = ground;
  const reconcile = proxyReconciler({
    ...ground,
    resources: endpoints.store,
    report: (key, report) => {
      if (reports.keep(key, report)) queues.wake('private-link-endpoint', key);
    },
  });
  queues.add(new Controller({ name: 'proxy', concurrency: 4, reconcile, log }));
  return reports;
}

function addInterception(ground: Ground): NonNullable<PartReports['interception']> {
  const reports: NonNullable<PartReports['interception']> = new Reports();
  const { askMs, endpoints, log, queues } = ground;
  const reconcile = interceptionReconciler({
    ...ground,
    resources: endpoints.store,
    pollMs: askMs,
    isAwsHere: ground.runs('private-link-endpoint'),
    wake: () => {
      for (const { metadata } of endpoints.store.list()) queues.wake('interception', objectKey(metadata));
    },
    report: (key, report) => {
      if (reports.keep(key, report)) queues.wake('private-link-endpoint', key);
    },
  });
  // Changes to the cluster's DNS are made one after the other.
  queues.add(new Controller({ name: 'interception', concurrency: 1, reconcile, log }));
  return reports;
}
