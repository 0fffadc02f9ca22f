import { configMaps } from '../targets/config-maps/kind.js';
import { networkPolicies } from '../targets/network-policies/kind.js';
import type { ClusterKind } from './kind.js';

/** The kinds of target in this cluster. */
export const clusterKinds: readonly ClusterKind[] = [networkPolicies, configMaps];
