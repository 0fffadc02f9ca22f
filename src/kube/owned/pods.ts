import type { V1PodSpec, V1SecurityContext, V1TopologySpreadConstraint } from '@kubernetes/client-node';

/** The images' own user may be root, so it is said; which one it is does not matter. */
const NOBODY = 65532;

/** What `restricted` of the Pod Security Standards wants of a pod, and no more reach than it needs. */
export const unprivileged: Pick<V1PodSpec, 'automountServiceAccountToken' | 'enableServiceLinks' | 'securityContext'> =
  {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NOBODY,
      runAsGroup: NOBODY,
      fsGroup: NOBODY,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };

/**
 * What it wants of a container. The images of Caddy and of CoreDNS have NET_BIND_SERVICE on their executable, and Linux
 * starts none whose capabilities are out of reach: without it, `operation not permitted`.
 */
export const hardened: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
};

/** Over zones and nodes, as far as there are any; each generation of pods by itself, or a rollout would leave it lopsided. */
export function spread(selector: Record<string, string>): V1TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selector },
    matchLabelKeys: ['pod-template-hash'],
  }));
}
