import type { Problem } from '../../api/problem.js';
import { objectKey } from '../resource.js';
import type { Deployment } from './resources.js';

/** How many pods are as declared and available: `2/2`. */
export function podsOf(deployment: Deployment | undefined): string {
  const { updatedReplicas = 0, availableReplicas = 0 } = deployment?.status ?? {};
  return `${Math.min(updatedReplicas, availableReplicas)}/${deployment?.spec.replicas ?? 0}`;
}

/** Why not all of its pods are as declared. @param selector of its pods, for kubectl */
export function rolloutProblem(
  deployment: Deployment | undefined,
  ref: { namespace?: string; name: string },
  selector: string,
): Problem | undefined {
  const name = `Deployment ${objectKey(ref)}`;
  if (!deployment) return { reason: 'RollingOut', message: `${name} is not there yet` };
  const { spec, status = {}, metadata } = deployment;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec.replicas ?? 0;
  const isSeen = observedGeneration >= (metadata.generation ?? 0);
  if (isSeen && updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted) return undefined;
  const progress = `${name} has ${podsOf(deployment)} pods`;
  const stuck = status.conditions?.find(({ type, status }) => type === 'Progressing' && status === 'False');
  if (!isSeen || !stuck) return { reason: 'RollingOut', message: progress };
  const way = `kubectl describe pods -n ${ref.namespace} -l ${selector}`;
  return { reason: 'RolloutStuck', message: `${progress}: ${stuck.message}; ${way} says why` };
}
