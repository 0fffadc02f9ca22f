import type { ClusterTarget } from '../../../../src/cidr-set/cluster/kind.js';
import { marks } from '../../../../src/cidr-set/cluster/mark.js';
import type { ObservedObject } from '../../../../src/cidr-set/cluster/observed.js';
import { type ClusterPlan, planCluster } from '../../../../src/cidr-set/cluster/plan.js';
import { configMaps } from '../../../../src/cidr-set/targets/config-maps/kind.js';
import type { Change } from '../../../../src/cidr-set/targets/kind.js';
import { networkPolicies } from '../../../../src/cidr-set/targets/network-policies/kind.js';
import type { SetWish } from '../../../../src/cidr-set/wish.js';
import type { KubeObject } from '../../../../src/kube/resource.js';
import { parseCidr } from '../../../../src/net/cidr.js';

export const ownerId = 'install';

type PolicyTarget = ClusterTarget<'networkPolicies'>;
type MapTarget = ClusterTarget<'configMaps'>;

/** With the defaults that the API server fills in. */
export function policyTarget(more: Partial<PolicyTarget> = {}): PolicyTarget {
  return { namespace: 'runners', name: 'office', direction: 'Ingress', ...more };
}

export function mapTarget(more: Partial<MapTarget> = {}): MapTarget {
  return { namespace: 'runners', name: 'office', key: 'cidrs', format: 'Text', ...more };
}

export function policyFor(target: PolicyTarget | undefined, object?: KubeObject): ObservedObject {
  return seen({ kind: networkPolicies }, target, object);
}

export function mapFor(target: MapTarget | undefined, object?: KubeObject): ObservedObject {
  return seen({ kind: configMaps }, target, object);
}

function seen(kind: Pick<ObservedObject, 'kind'>, target?: ClusterTarget, object?: KubeObject): ObservedObject {
  const ref = { namespace: 'runners', name: 'office' };
  return { ...kind, id: 'runners/office', ref, ...(target && { target }), ...(object && { object }) };
}

/** As the API server holds it: without empty lists. */
export function policy(target: PolicyTarget, cidrs: string[], set = 'office'): KubeObject {
  const { spec } = networkPolicies.fields(target, cidrs) as { spec: Record<string, unknown> };
  const kept = Object.entries(spec).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return object('networking.k8s.io/v1', 'NetworkPolicy', set, { spec: Object.fromEntries(kept) });
}

export function map(data: Record<string, string>, set = 'office'): KubeObject {
  return object('v1', 'ConfigMap', set, { data });
}

function object(apiVersion: string, kind: string, set: string, fields: object): KubeObject {
  const ref = { namespace: 'runners', name: 'office' };
  return {
    apiVersion,
    kind,
    metadata: { ...ref, uid: 'u', resourceVersion: '7', ...marks(ref, set, ownerId) },
    ...fields,
  };
}

export function wish(cidrs: string[], more: Partial<SetWish> = {}): SetWish {
  return {
    set: 'office',
    mode: 'Enforce',
    complete: true,
    cidrs: cidrs.map((cidr) => ({ cidr, family: parseCidr(cidr)?.family ?? 4, description: '' })),
    targets: {},
    confirmed: [],
    ...more,
  };
}

export function plan(set: SetWish, ...objects: ObservedObject[]): ClusterPlan {
  return planCluster({ wish: set, ownerId, objects });
}

/** `Apply: ~ NetworkPolicy Ingress all, all pods; + entry 203.0.113.0/24`, and held ones as `+ entry ... PlanMode`. */
export function texts({ operations, held }: ClusterPlan): string[] {
  const text = ({ sign, noun, value, held: reason }: Change) => [sign, noun, value, reason].filter(Boolean).join(' ');
  return [...operations.map(({ action, changes }) => `${action}: ${changes.map(text).join('; ')}`), ...held.map(text)];
}
