import { heldBecause } from '../api/held.js';
import { type PrivateLinkEndpoint, privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import { aboutEvery } from '../kube/backoff.js';
import type { KubeClient } from '../kube/client.js';
import type { Result } from '../kube/controller.js';
import { KubeError } from '../kube/error.js';
import { addFinalizer, removeFinalizer } from '../kube/finalizer.js';
import { eventOf } from '../kube/owned/events.js';
import type { OwnedObjects, OwnedOutcome } from '../kube/owned/objects.js';
import type { ObservedPart } from '../kube/owned/observe.js';
import { objectIn, throwPassing } from '../kube/owned/outcome.js';
import type { Part } from '../kube/owned/part.js';
import type { OwnedOperation } from '../kube/owned/plan.js';
import { deployments } from '../kube/owned/resources.js';
import type { Recorder } from '../kube/recorder.js';
import type { PartReport } from '../kube/reports.js';
import type { ReadonlyStore } from '../kube/store.js';
import type { Logger } from '../telemetry/log.js';
import { type ProxyStatus, proxyReport } from './deployment/report.js';
import { forgetProxy, tellProxy } from './metrics.js';
import { planProxy, planRemoval, readCertificate } from './plan.js';

export interface ProxyOptions {
  resources: ReadonlyStore<PrivateLinkEndpoint>;
  client: KubeClient;
  owned: OwnedObjects;
  recorder: Recorder;
  ownerId: string;
  /** The whole install writes nothing. */
  planOnly: boolean;
  /** How soon a renewed certificate is seen. */
  intervalMs: number;
  /** How soon a certificate that is missing is looked for again. */
  pollMs: number;
  /** Hears what each look found; undefined: there is to be no proxy. */
  report(key: string, report: PartReport<ProxyStatus> | undefined): void;
  log: Logger;
}

/** On each PrivateLinkEndpoint that may have a proxy. */
export const PROXY_FINALIZER = 'sallyport.dev/proxy';

/** How soon is looked again while kinds are being read. */
const SOON_MS = 200;

/** Reconciles the proxy of one PrivateLinkEndpoint: observe, plan, apply, report. */
export function proxyReconciler(options: ProxyOptions) {
  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const endpoint = options.resources.get(key);
    if (!endpoint) return undefined;
    const { deletionTimestamp, finalizers } = endpoint.metadata;
    const isMarked = finalizers?.includes(PROXY_FINALIZER) === true;
    if (deletionTimestamp || !endpoint.spec.proxy) forgetProxy(endpoint.metadata);
    if (deletionTimestamp) return isMarked ? release(endpoint, options, signal) : undefined;
    if (endpoint.spec.proxy) {
      if (isMarked || heldBecause(endpoint.spec.mode, options.planOnly)) return deploy(key, endpoint, options, signal);
      await addFinalizer(options.client, privatelinkendpoints, endpoint, PROXY_FINALIZER);
      return undefined;
    }
    options.report(key, undefined);
    return isMarked ? remove(endpoint, options, signal) : undefined;
  };
}

async function deploy(
  key: string,
  endpoint: PrivateLinkEndpoint,
  options: ProxyOptions,
  signal: AbortSignal,
): Promise<Result> {
  const { owned, intervalMs, pollMs } = options;
  const certificate = await readCertificate(endpoint, options, signal);
  const { part, observed, operations, problems } = await planProxy(endpoint, certificate, options, signal);
  if (observed.unread) return { requeueAfterMs: SOON_MS };
  const why = heldBecause(endpoint.spec.mode, options.planOnly);
  const outcomes = why ? [] : await apply(part, endpoint, operations, options, signal);
  const deployment = objectIn({ seen: observed.seen, outcomes }, deployments);
  tellProxy(endpoint.metadata, deployment?.status?.availableReplicas ?? 0, certificate.expires);
  options.report(
    key,
    proxyReport({
      endpoint,
      seen: observed.seen,
      problems,
      certificate,
      ...(why && { planned: { operations, why } }),
      outcomes,
    }),
  );
  throwPassing(outcomes);
  const waits = [certificate.problem ? pollMs : intervalMs, owned.waitMs(observed.seen) ?? intervalMs];
  return { requeueAfterMs: aboutEvery(Math.min(...waits)) };
}

/** What names lead to must not go before they lead elsewhere: by then the resource is Ready without it. */
async function remove(
  endpoint: PrivateLinkEndpoint,
  options: ProxyOptions,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const { metadata, status } = endpoint;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const isSettled = ready?.status === 'True' && ready.observedGeneration === metadata.generation;
  if (!isSettled || heldBecause(endpoint.spec.mode, options.planOnly)) return { requeueAfterMs: options.pollMs };
  const { part, observed, operations } = await planRemoval(endpoint, false, options, signal);
  const wait = waitFor(observed, endpoint, options);
  if (wait) return wait;
  throwPassing(await apply(part, endpoint, operations, options, signal));
  if (observed.seen.length > 0) return { requeueAfterMs: options.pollMs };
  await removeFinalizer(options.client, privatelinkendpoints, endpoint, PROXY_FINALIZER);
  return undefined;
}

/** With Delete, Kubernetes deletes what belongs to the resource, once that has gone. */
async function release(
  endpoint: PrivateLinkEndpoint,
  options: ProxyOptions,
  signal: AbortSignal,
): Promise<Result | undefined> {
  if (options.planOnly || endpoint.spec.deletionPolicy === 'Retain') {
    const { part, observed, operations } = await planRemoval(endpoint, true, options, signal);
    const wait = waitFor(observed, endpoint, options);
    if (wait) return wait;
    if (options.planOnly && observed.seen.length > 0) return { requeueAfterMs: options.intervalMs };
    const outcomes = await apply(part, endpoint, operations, options, signal);
    throwPassing(outcomes);
    if (outcomes.some(({ result }) => result instanceof KubeError)) return { requeueAfterMs: options.pollMs };
  }
  await removeFinalizer(options.client, privatelinkendpoints, endpoint, PROXY_FINALIZER);
  return undefined;
}

/** What can't be seen can't be left in place, nor said to have gone. */
function waitFor(
  { unread, problems: [problem] }: ObservedPart,
  endpoint: PrivateLinkEndpoint,
  { recorder, pollMs }: ProxyOptions,
): Result | undefined {
  if (unread) return { requeueAfterMs: SOON_MS };
  if (!problem) return undefined;
  recorder.event(endpoint, { type: 'Warning', reason: problem.reason, action: 'Delete', note: problem.message });
  return { requeueAfterMs: pollMs };
}

async function apply(
  part: Part,
  endpoint: PrivateLinkEndpoint,
  operations: readonly OwnedOperation[],
  { owned, recorder, log }: ProxyOptions,
  signal: AbortSignal,
): Promise<OwnedOutcome[]> {
  const outcomes = await owned.apply(part, operations, signal);
  const { namespace, name } = endpoint.metadata;
  for (const outcome of outcomes) {
    const event = eventOf(outcome);
    recorder.event(endpoint, event);
    log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { namespace, name, reason: event.reason });
  }
  return outcomes;
}
