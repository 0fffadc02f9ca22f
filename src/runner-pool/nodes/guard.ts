import { createHash } from 'node:crypto';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool, RunnerPoolStatus } from '../../api/runner-pool.gen.js';
import type { Desired } from '../../kube/owned/part.js';
import type { Seen } from '../../kube/owned/plan.js';
import { type KubeObject, typeOf } from '../../kube/resource.js';
import { plural } from '../../plural.js';
import type { KarpenterObject } from '../karpenter/objects.js';
import { type Replacement, replacement } from '../karpenter/replacement.js';

export type Preview = NonNullable<NonNullable<RunnerPoolStatus['nodes']>['replacement']>;

/** `kubectl annotate runnerpool builders sallyport.dev/confirm-replacement=<fingerprint>`; several are separated by commas. */
export const CONFIRM_REPLACEMENT = 'sallyport.dev/confirm-replacement';

const MAX_NODE_CLAIMS = 50;

export interface GuardInput {
  pool: RunnerPool;
  /** Of the nodes, as they are to be. */
  desired: readonly Desired[];
  seen: readonly Seen[];
  nodeClaims: readonly KubeObject[];
}

/** What making `seen` what is desired does to the nodes there are; undefined where none of them goes. */
export function previewOf({ pool, desired, seen, nodeClaims }: GuardInput): Preview | undefined {
  const live = seen.flatMap(({ object }) => (object ? [object as KarpenterObject] : []));
  const wanted = desired.map((each) => ({ ...typeOf(each.resource), metadata: each.metadata, ...each.fields }));
  const changes = replacement(live, wanted as KarpenterObject[]);
  const because = [...changes.all, ...changes.some];
  if (because.length === 0 || nodeClaims.length === 0) return undefined;
  const names = nodeClaims.map(({ metadata }) => metadata.name).sort();
  const waits = isGuarded(pool) && !confirmed(pool).includes(fingerprint(desired));
  return {
    because,
    count: names.length,
    nodeClaims: names.slice(0, MAX_NODE_CLAIMS),
    when: `${waits ? 'once confirmed, ' : ''}${whenText(pool, changes)}`,
    ...(waits && { confirm: fingerprint(desired) }),
  };
}

/** Why the change that was previewed is not to be made yet. */
export function replacementHeld({ metadata }: RunnerPool, preview: Preview | undefined): Problem | undefined {
  if (!preview?.confirm) return undefined;
  const { because, count, confirm } = preview;
  return {
    reason: 'ReplacementHeld',
    message:
      `${because.join(', ')} would replace ${plural(count, 'node')}. To let them go: kubectl annotate --overwrite ` +
      `runnerpool -n ${metadata.namespace} ${metadata.name} ${CONFIRM_REPLACEMENT}=${confirm}`,
  };
}

function isGuarded({ spec }: RunnerPool): boolean {
  return spec.nodes.karpenter?.disruption?.replacement === 'OnConfirm';
}

function confirmed({ metadata }: RunnerPool): string[] {
  return (metadata.annotations?.[CONFIRM_REPLACEMENT] ?? '').split(',').map((each) => each.trim());
}

/** Names what nodes would become, so that a yes to it is no yes to anything else. Eight hex digits. */
function fingerprint(desired: readonly Desired[]): string {
  const text = JSON.stringify(desired.map(({ fields }) => fields));
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function whenText({ spec }: RunnerPool, { all }: Replacement): string {
  const budgets = (spec.nodes.karpenter?.disruption?.budgets ?? [{ nodes: '10%' }])
    .filter(({ reasons }) => !reasons || reasons.includes('Drifted'))
    .map(({ nodes, schedule, duration }) => `${nodes}${schedule ? ` from "${schedule}" UTC for ${duration}` : ''}`);
  const pace = budgets.length > 0 ? `at most ${budgets.join(', ')} at once` : 'all at once';
  return all.length > 0 ? pace : `those that no longer fit, ${pace}`;
}
