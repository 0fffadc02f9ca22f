import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { KubeClient } from '../kube/client.js';
import type { OwnedObjects } from '../kube/owned/objects.js';
import { configMaps } from '../kube/owned/resources.js';
import type { Recorder } from '../kube/recorder.js';
import { fieldManager } from '../kube/status.js';
import type { Logger } from '../telemetry/log.js';
import { lookAt } from './ask.js';
import { type ClusterDns, DNS_NAMESPACE, type Resolver } from './cluster-dns.js';
import type { Edit } from './edit.js';
import type { Memory } from './memory.js';
import { questionsOf } from './names.js';
import type { Look } from './proof.js';
import type { Wish } from './wish.js';

/** One look at a resource: what it asks for, and what there is. */
export interface Scene {
  object: PrivateLinkEndpoint;
  wish: Wish;
  dns: ClusterDns;
  /** Changed in place. */
  memory: Memory;
  /** Nothing is written; why, for people. */
  held?: string;
  /** Another resource whose change is being proved: one at a time, so that a failure has one cause. */
  busy?: string;
  signal: AbortSignal;
}

export interface Hands {
  client: KubeClient;
  /** What is made for mode JobDNS. */
  owned: OwnedObjects;
  ownerId: string;
  recorder: Recorder;
  /** How long drift may live where nobody hears of it. */
  intervalMs: number;
  /** How soon resolvers are asked again while a change is being proved. */
  pollMs: number;
  /** How long a proof may take: kubelets bring a ConfigMap in about a minute, CoreDNS looks each half. */
  proofMs: number;
  log: Logger;
}

/** @throws KubeError, Conflict where the ConfigMap has changed since it was read */
export async function write(edit: Edit, { client }: Hands): Promise<void> {
  const { configMap: name, resourceVersion, key, text } = edit;
  const ref = { namespace: DNS_NAMESPACE, name };
  if (resourceVersion) await client.patch(configMaps, ref, { metadata: { resourceVersion }, data: { [key]: text } });
  else await client.apply(configMaps, { metadata: ref, data: { [key]: text } }, { manager: fieldManager });
}

/** Asks all that are ready of these resolver pods, or of the cluster's. */
export function askAll(
  { dns, wish }: Pick<Scene, 'dns' | 'wish'>,
  resolvers: readonly Resolver[] = dns.resolvers,
): Promise<Look[]> {
  const { names, metricsPort } = questionsOf(wish, dns);
  return Promise.all(resolvers.filter(({ ready }) => ready).map((each) => lookAt(each, names, metricsPort)));
}

export function tell(
  { object }: Scene,
  { recorder, log }: Hands,
  type: 'Normal' | 'Warning',
  reason: string,
  note: string,
): void {
  recorder.event(object, { type, reason, action: 'Intercept', note });
  const { namespace, name } = object.metadata;
  log.log(type === 'Normal' ? 'info' : 'warn', note, { namespace, name, reason });
}
