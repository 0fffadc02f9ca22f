import { heldBecause } from '../api/held.js';
import { INTERCEPTION_FINALIZER } from '../api/marks.js';
import { type PrivateLinkEndpoint, privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import { AwsError, isCurable } from '../aws/errors.js';
import type { PlaceRef, Places } from '../aws/places.js';
import { aboutEvery } from '../kube/backoff.js';
import type { KubeClient } from '../kube/client.js';
import type { Result } from '../kube/controller.js';
import { addFinalizer, removeFinalizer } from '../kube/finalizer.js';
import type { Recorder } from '../kube/recorder.js';
import { applyStatus } from '../kube/status.js';
import type { ReadonlyStore } from '../kube/store.js';
import { timestamp } from '../kube/time.js';
import type { Logger } from '../telemetry/log.js';
import { applyOperations } from './apply.js';
import { eventsOf } from './events.js';
import { serviceHost } from './kubernetes-service.js';
import { countLook, forgetLook } from './metrics.js';
import { needsOf } from './needs.js';
import { type ObserveOptions, observe } from './observe.js';
import type { Outcome } from './operation.js';
import { type PartReports, partsOf } from './parts.js';
import { type Plan, type PlanInput, planPrivateLink, unread } from './plan.js';
import { Resting } from './resting.js';
import type { Snapshots } from './snapshots.js';
import { type StatusInput, statusOf } from './status.js';
import { accountsOf, type Wish, wishOf } from './wish.js';

export interface PrivateLinkOptions {
  resources: ReadonlyStore<PrivateLinkEndpoint>;
  places: Places;
  snapshots: Snapshots;
  client: KubeClient;
  recorder: Recorder;
  ownerId: string;
  /** The whole install writes nothing to AWS. */
  planOnly: boolean;
  /** How long drift may live. */
  intervalMs: number;
  /** How soon what AWS takes its time for is looked at again. */
  pollMs: number;
  /** How long an endpoint is kept that no name leads to any more. */
  restMs: number;
  /** How long a deleted resource waits for an account that can't be reached. */
  releaseAfterMs: number;
  /** Why a CidrSet would not go into a group that is tagged with it. */
  admissionProblem: ObserveOptions['admissionProblem'];
  /** What other controllers do for the same resources. */
  parts: PartReports;
  /** Hears where security groups were made or tagged. */
  onGroup(place: PlaceRef): void;
  log: Logger;
}

/** On each PrivateLinkEndpoint that may have something in AWS. */
export const FINALIZER = 'sallyport.dev/private-link';

/** How soon the next step is looked for after one was made. */
const NEXT_STEP_MS = 2_000;

/** Reconciles one PrivateLinkEndpoint: observe, plan, apply what can be done now, report. It never waits for AWS. */
export function privateLinkReconciler(options: PrivateLinkOptions) {
  const { resources, client, ownerId, snapshots } = options;
  /** Ids of services whose proof AWS was asked to look for. */
  const proofAsked = new Set<string>();
  const resting = new Resting(options.restMs);

  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const object = resources.get(key);
    if (!object) {
      forgetLook(key);
      for (const reports of Object.values(options.parts)) reports.forget(key);
      return undefined;
    }
    const { deletionTimestamp, finalizers, namespace = '' } = object.metadata;
    if (!finalizers?.includes(FINALIZER)) {
      if (!deletionTimestamp) await addFinalizer(client, privatelinkendpoints, object, FINALIZER);
      return undefined;
    }
    const wish = wishOf(object, ownerId);
    const needs = needsOf(resources.list());
    const observed = await observe(
      wish,
      {
        ...options,
        needs,
        serviceHost: (name) => serviceHost(client, { namespace, name }),
        isProofAsked: (id) => proofAsked.has(id),
      },
      signal,
    );
    const waitedMs = deletionTimestamp ? Date.now() - Date.parse(deletionTimestamp) : 0;
    const input: PlanInput = { wish, ...observed, givenUp: waitedMs >= options.releaseAfterMs };
    const plan = planPrivateLink(input);
    const { mode, release: releasing } = wish;
    const held = heldBecause(releasing ? 'Enforce' : mode, options.planOnly) ?? heldByNames(wish, finalizers);
    if (deletionTimestamp && plan.gone && plan.operations.length === 0) return release(object, plan, options);

    const due = held === undefined ? resting.due(key, plan.operations, performance.now()) : [];
    const outcomes = await apply(object, { ...plan, operations: due }, options, signal);
    countLook(wish.identity, plan, outcomes);
    for (const { operation, result } of outcomes) {
      const { action, input: sent } = operation.request;
      if (result === 'Done' && action === 'StartVpcEndpointServicePrivateDnsVerification') {
        proofAsked.add(sent.ServiceId ?? '');
      }
    }
    if (outcomes.length > 0) for (const account of accountsOf(wish)) snapshots.forget(account);
    await report({ object, plan, outcomes, ...(held !== undefined && { held }), now: timestamp() }, options);
    return next(input, plan, outcomes, options);
  };
}

function heldByNames({ release }: Wish, finalizers: readonly string[]): string | undefined {
  return release && finalizers.includes(INTERCEPTION_FINALIZER) ? "this cluster's DNS still leads here" : undefined;
}

async function apply(
  object: PrivateLinkEndpoint,
  plan: Plan,
  options: PrivateLinkOptions,
  signal: AbortSignal,
): Promise<Outcome[]> {
  // AWS has no mark for who brought a zone into a VPC: it is written down before, for a crash after.
  const associates = plan.operations.some(({ request }) => request.action === 'AssociateVPCWithHostedZone');
  if (associates) await report({ object, plan, outcomes: [], now: timestamp() }, options);
  const outcomes = await applyOperations(plan.operations, options.places, signal);
  for (const event of eventsOf(outcomes)) {
    options.recorder.event(object, event);
    const { name, namespace } = object.metadata;
    options.log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { name, namespace, reason: event.reason });
  }
  for (const { operation, result } of outcomes) {
    if (result === 'Done' && operation.lane.startsWith('group')) options.onGroup(operation.place);
  }
  return outcomes;
}

async function report(input: StatusInput, { client, parts }: PrivateLinkOptions): Promise<void> {
  const { object } = input;
  await applyStatus(client, privatelinkendpoints, object, statusOf({ ...input, parts: partsOf(object, parts) }));
}

async function release(object: PrivateLinkEndpoint, plan: Plan, options: PrivateLinkOptions): Promise<undefined> {
  for (const note of plan.left) {
    options.recorder.event(object, { type: 'Warning', reason: 'Left', action: 'Delete', note: `Left behind: ${note}` });
  }
  await removeFinalizer(options.client, privatelinkendpoints, object, FINALIZER);
  return undefined;
}

/** What the same call may cure soon goes to the queue's back-off; what a person must cure waits for the next look. */
function next(input: PlanInput, plan: Plan, outcomes: readonly Outcome[], options: PrivateLinkOptions): Result {
  const { pollMs, intervalMs, releaseAfterMs } = options;
  const failures = [
    ...unread(input).map(({ error }) => error),
    ...outcomes.flatMap(({ result }) => (result instanceof AwsError ? [result] : [])),
  ];
  const curable = failures.find(isCurable);
  if (curable) throw curable;
  const tickMs = untilTick(intervalMs);
  if (outcomes.some(({ result }) => result === 'Done'))
    return { requeueAfterMs: Math.min(NEXT_STEP_MS, pollMs, tickMs) };
  const problems = [
    ...plan.service.problems,
    ...plan.consumers.flatMap(({ endpoint, records }) => [...endpoint.problems, ...records.problems]),
  ];
  const waits = problems.some((each) => each.waits) && plan.operations.length === 0;
  const soonMs = input.wish.release ? Math.min(tickMs, releaseAfterMs) : tickMs;
  return { requeueAfterMs: waits ? Math.min(aboutEvery(pollMs), soonMs) : soonMs };
}

/** All resources are looked at together, so that what they share is read once. */
function untilTick(intervalMs: number): number {
  return intervalMs - (Date.now() % intervalMs) + 1;
}
