import type { KubeClient } from '../../kube/client.js';
import type { Result } from '../../kube/controller.js';
import { KindWatch } from '../../kube/owned/watch.js';
import { isPassing } from '../../kube/problem.js';
import type { Recorder } from '../../kube/recorder.js';
import { type ObjectRef, objectKey } from '../../kube/resource.js';
import type { Logger } from '../../telemetry/log.js';
import type { Estate } from '../estate.js';
import { countClusterLook, forgetClusterLook } from '../metrics.js';
import { holdAll } from '../plan.js';
import { applyOperation, type ClusterOutcome } from './apply.js';
import { eventOf } from './events.js';
import { clusterKinds } from './kinds.js';
import { Ledger } from './ledger.js';
import { holderOf, MARKED } from './mark.js';
import { listing, observeCluster, uses } from './observe.js';
import { planCluster } from './plan.js';
import { clusterReport } from './report.js';

export interface ClusterControllerOptions {
  estate: Estate;
  client: KubeClient;
  recorder: Recorder;
  ownerId: string;
  /** Write nothing: what would be written is held. */
  planOnly: boolean;
  /** How soon is tried again what nothing tells of, such as a namespace that is made. */
  intervalMs: number;
  /** Hears the name of each set that must be looked at. */
  wake(set: string): void;
  /** Hears the name of each set whose status may have changed. */
  onReport(set: string): void;
  log: Logger;
}

/** How soon a set is looked at again whose kinds are being read, or whose object changed between look and write. */
const SOON_MS = 200;

/** Reconciles what one set has in this cluster: observe, plan, apply, report. */
export function clusterReconciler(options: ClusterControllerOptions) {
  const { estate, client, recorder, ownerId, planOnly, intervalMs, wake, onReport, log } = options;
  const ledger = new Ledger();
  const watches = clusterKinds.map((kind) => {
    const onChange = (ref: ObjectRef, set: string | undefined) => {
      if (set) wake(set);
      for (const { metadata } of listing(estate, kind, objectKey(ref))) wake(metadata.name);
    };
    return new KindWatch({
      kind,
      client,
      labelSelector: MARKED,
      holderOf: (object) => holderOf(object, ownerId),
      log,
      onChange,
    });
  });

  return async (name: string, signal: AbortSignal): Promise<Result | undefined> => {
    const set = estate.sets.get(name);
    if (!set) {
      estate.forgetCluster(name);
      forgetClusterLook(name);
      return undefined;
    }
    const wish = estate.clusterWish(set);
    const observed = await observeCluster({ estate, watches, ledger, ownerId }, set, wish, signal);
    if (observed.unread) return { requeueAfterMs: SOON_MS };
    const free = planCluster({ wish, ownerId, objects: observed.objects });
    const plan = planOnly ? holdAll(free) : free;
    const outcomes: ClusterOutcome[] = [];
    for (const operation of plan.operations) {
      const outcome = await applyOperation({ client, set: name, ownerId, signal }, operation);
      if (outcome.result === 'Done') ledger.keep(operation);
      outcomes.push(outcome);
    }

    if (estate.keepCluster(name, clusterReport(wish, observed, plan, outcomes))) onReport(name);
    countClusterLook(name, plan, outcomes);
    for (const outcome of outcomes) {
      const event = eventOf(outcome);
      log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { set: name, reason: event.reason });
      recorder.event(set, event);
    }

    const results = [...observed.failed.values(), ...outcomes.map(({ result }) => result)];
    const errors = results.filter((result) => result !== 'Done');
    const passing = errors.find(isPassing);
    if (passing) throw passing;
    const waits = plan.held.filter(({ held }) => held === 'Waiting');
    return soonest(
      ...(clusterKinds.some((kind) => uses(set, kind.name)) ? [intervalMs] : []),
      ...(errors.some(({ reason }) => reason === 'Conflict') ? [SOON_MS] : []),
      ...waits.map(({ target, object }) => ledger.waitMs(target, object.id)),
    );
  };
}

function soonest(...delays: number[]): Result | undefined {
  return delays.length > 0 ? { requeueAfterMs: Math.min(...delays) } : undefined;
}
