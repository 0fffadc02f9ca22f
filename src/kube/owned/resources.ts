import type { KubeObject, Resource } from '../resource.js';

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export interface Deployment extends KubeObject {
  spec: { replicas?: number; template?: { metadata?: { annotations?: Record<string, string> } } };
  status?: {
    observedGeneration?: number;
    /** All pods, those of former templates too. */
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
  };
}

export interface Service extends KubeObject {
  spec: { clusterIP?: string };
  status?: { loadBalancer?: { ingress?: { hostname?: string }[] } };
}

const core = { group: '', version: 'v1', namespaced: true };

export const configMaps: Resource<ConfigMap> = { ...core, plural: 'configmaps', kind: 'ConfigMap' };

export const services: Resource<Service> = { ...core, plural: 'services', kind: 'Service' };

export const deployments: Resource<Deployment> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
};

export const networkPolicies: Resource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'networkpolicies',
  kind: 'NetworkPolicy',
  namespaced: true,
};

export const podDisruptionBudgets: Resource = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
};
