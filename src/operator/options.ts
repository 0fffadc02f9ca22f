import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'winston';
import type { Election } from '../kube/leader.js';
import type { ControllerName } from './controller-names.js';

export interface OperatorOptions extends Pick<Election, 'leaseDurationMs' | 'renewDeadlineMs'> {
  kubeConfig: KubeConfig;
  /** @default all */
  controllers?: readonly ControllerName[];
  /** Marks all that this install makes. Absent: the UID of the namespace kube-system. */
  ownerId?: string;
  /** CIDRs that this process comes from, as AWS sees it; without them no EKS endpoint is closed that may shut it out. */
  ownAddresses?: readonly string[];
  /** Of the Lease, and of the ConfigMaps that hold what sets' sources gave. */
  namespace: string;
  /** Who this process is in the election. */
  identity: string;
  /** Its own image, by which RunnerPools are probed. */
  image?: string;
  /** How long drift may live. */
  resyncMs: number;
  /** Writes nothing to AWS, nor anything that sets ask for to the cluster: every set shows in its status what it would. */
  planOnly?: boolean;
  /** How long a deleted resource waits for an account that can't be reached. @default 15 minutes */
  releaseAfterMs?: number;
  /** How soon a PrivateLinkEndpoint looks again at what AWS takes its time for. @default 15 seconds */
  pollMs?: number;
  /** How long an endpoint is kept that no name leads to any more. @default 2 minutes, two times the TTL of such names */
  restMs?: number;
  /** How soon resolvers are asked again while a change to this cluster's DNS is being proved. @default 2 seconds */
  askMs?: number;
  /** How long that may take until it is taken back. @default 3 minutes */
  proofMs?: number;
  health: { host: string; port: number };
  log: Logger;
}

export const defaults = {
  planOnly: false,
  releaseAfterMs: 15 * 60_000,
  pollMs: 15_000,
  restMs: 120_000,
  askMs: 2_000,
  proofMs: 180_000,
} as const satisfies Partial<OperatorOptions>;
