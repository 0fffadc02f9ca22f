import { type CidrSet, cidrsets } from '../api/cidr-set.gen.js';
import type { Problem } from '../api/problem.js';
import type { KubeClient } from '../kube/client.js';
import { conditionSet, type Finding } from '../kube/conditions.js';
import type { Result } from '../kube/controller.js';
import { addFinalizer, removeFinalizer } from '../kube/finalizer.js';
import type { Recorder } from '../kube/recorder.js';
import { applyStatus } from '../kube/status.js';
import { timestamp, timeText } from '../kube/time.js';
import { plural } from '../plural.js';
import { deletionState } from './deletion.js';
import { type Estate, FINALIZER } from './estate.js';
import { quotaHeadroom } from './headroom.js';
import type { ResolvedSet } from './sources/resolve.js';
import { setStatus } from './status.js';

export interface SetControllerOptions {
  estate: Estate;
  client: KubeClient;
  recorder: Recorder;
  /** How long a deleted set waits for an account that can't be reached, before it leaves its rules there behind. */
  releaseAfterMs: number;
  /** Removes what is remembered of a set, before the set goes. */
  onRelease(set: CidrSet): Promise<void>;
  /** The whole install writes nothing to AWS: every set is told of as in mode Plan, and one that has something stays. */
  planOnly?: boolean;
}

const conditions = conditionSet('SourcesComplete', 'TargetsFound', 'RulesInSync');

/** Reconciles one CidrSet: its finalizer and its status. The rules themselves are the scope controller's. */
export function setReconciler(options: SetControllerOptions) {
  return async (name: string): Promise<Result | undefined> => {
    const set = options.estate.sets.get(name);
    if (!set) return undefined;
    if (set.metadata.deletionTimestamp) return release(set, options);
    // Without it the set asks for nothing yet, which would be told as done. It comes again with it.
    if (set.metadata.finalizers?.includes(FINALIZER)) await report(set, options);
    else await addFinalizer(options.client, cidrsets, set, FINALIZER);
    return undefined;
  };
}

async function release(set: CidrSet, options: SetControllerOptions): Promise<Result | undefined> {
  if (!set.metadata.finalizers?.includes(FINALIZER)) return undefined;
  const { estate, client, recorder, releaseAfterMs, planOnly } = options;
  const waitedMs = Date.now() - Date.parse(set.metadata.deletionTimestamp ?? '');
  const views = estate.views(set);
  const cluster = estate.clusterView(set);
  const { unseen, waiting, left } = deletionState(set, views, cluster);
  if (planOnly) {
    const { drift, plan } = setStatus(asPlanned(set), estate.resolve(set.metadata.name), [], views, cluster).fields;
    if (drift + unseen.length + waiting.length + left.length > 0) {
      await tellDeleting(
        set,
        client,
        `status.plan has ${plural(drift, 'change')} to be made first; ${PLAN_ONLY}`,
        plan,
      );
      return undefined;
    }
  }
  const patient = set.spec.deletionPolicy === 'Retain' || waitedMs < releaseAfterMs;
  if (unseen.length > 0 || (waiting.length > 0 && patient)) {
    const what = [...waiting, ...unseen.map((scope) => `a look at ${scope}`)].join('; ');
    await tellDeleting(set, client, `Waiting for ${what}`);
    return { requeueAfterMs: Math.max(releaseAfterMs - waitedMs, 1_000) };
  }
  for (const note of [...left, ...waiting]) {
    recorder.event(set, { type: 'Warning', reason: 'RulesLeft', action: 'Delete', note: `Rules stay: ${note}` });
  }
  await options.onRelease(set);
  await removeFinalizer(client, cidrsets, set, FINALIZER);
  return undefined;
}

/** The rest of the status stays: it says where the rules are. */
async function tellDeleting(set: CidrSet, client: KubeClient, message: string, plan = set.status?.plan): Promise<void> {
  const deleting: Finding = { status: 'False', reason: 'Deleting', message };
  await applyStatus(client, cidrsets, set, {
    ...set.status,
    ...(plan && { plan }),
    observedGeneration: set.metadata.generation ?? 0,
    conditions: conditions({ object: set, now: timestamp(), findings: { RulesInSync: deleting } }),
  });
}

const PLAN_ONLY = 'Sallyport runs with --plan, so nothing is written';

function asPlanned(set: CidrSet): CidrSet {
  return { ...set, spec: { ...set.spec, mode: 'Plan' } };
}

async function report(declared: CidrSet, { estate, client, planOnly }: SetControllerOptions): Promise<void> {
  const set = planOnly ? asPlanned(declared) : declared;
  const resolved = estate.resolve(set.metadata.name);
  const accounts = estate.accounts.list();
  const views = estate.views(declared);
  const { fields, summary, findings } = setStatus(set, resolved, accounts, views, estate.clusterView(declared));
  const headroom = quotaHeadroom(views);
  const { sources, targets, rules } = findings;
  const planned = set.spec.mode === 'Plan';
  const inSync = planned
    ? {
        reason: 'Planned',
        message: `status.plan has ${plural(fields.drift, 'change')}; ${planOnly ? PLAN_ONLY : 'mode is Plan, so nothing is written'}`,
      }
    : { reason: 'InSync', message: summary };
  await applyStatus(client, cidrsets, set, {
    ...fields,
    observedGeneration: set.metadata.generation ?? 0,
    conditions: conditions({
      object: set,
      now: timestamp(),
      findings: {
        SourcesComplete: finding(sources, { reason: 'Complete', message: cidrsText(resolved) }),
        TargetsFound: finding(targets, { reason: 'Found', message: summary }),
        RulesInSync: finding(rules, inSync),
      },
      ...(!sources && !targets && !rules && { ready: inSync }),
      ...(headroom && { advice: { QuotaHeadroom: headroom } }),
    }),
  });
}

/** `36 CIDRs, 3 of them no longer found and kept until 2026-11-21 15:02 UTC` */
function cidrsText({ count, leaving }: ResolvedSet): string {
  const all = plural(count, 'CIDR');
  return leaving ? `${all}, ${leaving.count} of them no longer found and kept until ${timeText(leaving.until)}` : all;
}

function finding(problem: (Problem & { unknown?: boolean }) | undefined, well: Problem): Finding {
  if (!problem) return { status: 'True', ...well };
  return { status: problem.unknown ? 'Unknown' : 'False', reason: problem.reason, message: problem.message };
}
