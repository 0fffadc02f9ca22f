import { type CidrSet, cidrsets } from '../api/cidr-set.gen.js';
import type { Problem } from '../api/problem.js';
import type { KubeClient } from '../kube/client.js';
import { conditionSet, type Finding } from '../kube/conditions.js';
import type { Result } from '../kube/controller.js';
import { addFinalizer, removeFinalizer } from '../kube/finalizer.js';
import type { Recorder } from '../kube/recorder.js';
import { applyStatus } from '../kube/status.js';
import { timestamp } from '../kube/time.js';
import { plural } from '../plural.js';
import { deletionState } from './deletion.js';
import { type Estate, FINALIZER } from './estate.js';
import { setStatus } from './status.js';

export interface SetControllerOptions {
  estate: Estate;
  client: KubeClient;
  recorder: Recorder;
  /** How long a deleted set waits for an account that can't be reached, before it leaves its rules there behind. */
  releaseAfterMs: number;
}

const conditions = conditionSet('SourcesComplete', 'TargetsFound', 'RulesInSync');

/** Reconciles one CidrSet: its finalizer and its status. The rules themselves are the scope controller's. */
export function setReconciler(options: SetControllerOptions) {
  return async (name: string): Promise<Result | undefined> => {
    const set = options.estate.sets.get(name);
    if (!set) return undefined;
    if (set.metadata.deletionTimestamp) return release(set, options);
    await addFinalizer(options.client, cidrsets, set, FINALIZER);
    await report(set, options);
    return undefined;
  };
}

async function release(set: CidrSet, options: SetControllerOptions): Promise<Result | undefined> {
  if (!set.metadata.finalizers?.includes(FINALIZER)) return undefined;
  const { estate, client, recorder, releaseAfterMs } = options;
  const waitedMs = Date.now() - Date.parse(set.metadata.deletionTimestamp ?? '');
  const { unseen, waiting, left } = deletionState(set, estate.views(set));
  const patient = set.spec.deletionPolicy === 'Retain' || waitedMs < releaseAfterMs;
  if (unseen.length > 0 || (waiting.length > 0 && patient)) {
    // The rest of the status stays: it says where the rules are.
    const message = `Waiting for ${[...waiting, ...unseen.map((scope) => `a look at ${scope}`)].join('; ')}`;
    const deleting: Finding = { status: 'False', reason: 'Deleting', message };
    await applyStatus(client, cidrsets, set, {
      ...set.status,
      observedGeneration: set.metadata.generation ?? 0,
      conditions: conditions({ object: set, now: timestamp(), findings: { RulesInSync: deleting } }),
    });
    return { requeueAfterMs: Math.max(releaseAfterMs - waitedMs, 1_000) };
  }
  for (const note of [...left, ...waiting]) {
    recorder.event(set, { type: 'Warning', reason: 'RulesLeft', action: 'Delete', note: `Rules stay: ${note}` });
  }
  await removeFinalizer(client, cidrsets, set, FINALIZER);
  return undefined;
}

async function report(set: CidrSet, { estate, client }: SetControllerOptions): Promise<void> {
  const resolved = estate.resolve(set.metadata.name);
  const accounts = estate.accounts.list();
  const { fields, findings } = setStatus(set, resolved, accounts, estate.views(set));
  const { sources, targets, rules } = findings;
  const planned = set.spec.mode === 'Plan';
  const inSync = planned
    ? {
        reason: 'Planned',
        message: `status.plan has ${plural(fields.drift, 'change')}; mode is Plan, so nothing is written`,
      }
    : { reason: 'InSync', message: `${plural(fields.rules, 'rule')} in ${plural(fields.groups, 'security group')}` };
  await applyStatus(client, cidrsets, set, {
    ...fields,
    observedGeneration: set.metadata.generation ?? 0,
    conditions: conditions({
      object: set,
      now: timestamp(),
      findings: {
        SourcesComplete: finding(sources, { reason: 'Complete', message: plural(resolved.cidrs.length, 'CIDR') }),
        TargetsFound: finding(targets, { reason: 'Found', message: plural(fields.groups, 'security group') }),
        RulesInSync: finding(rules, inSync),
      },
      ...(!sources && !targets && !rules && { ready: inSync }),
    }),
  });
}

function finding(problem: (Problem & { unknown?: boolean }) | undefined, well: Problem): Finding {
  if (!problem) return { status: 'True', ...well };
  return { status: problem.unknown ? 'Unknown' : 'False', reason: problem.reason, message: problem.message };
}
