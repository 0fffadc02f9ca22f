import type { CidrSet } from '../../api/cidr-set.gen.js';
import { scopeKey } from '../../aws/scope.js';
import type { Sessions } from '../../aws/session.js';
import type { KubeClient } from '../../kube/client.js';
import { Controller } from '../../kube/controller.js';
import { type ConfigMap, configMaps } from '../../kube/owned/resources.js';
import type { Recorder } from '../../kube/recorder.js';
import { Reflector } from '../../kube/reflector.js';
import type { Logger } from '../../telemetry/log.js';
import type { Estate } from '../estate.js';
import { discoveryReconciler } from './discovery-controller.js';
import { documentKey, httpReconciler } from './http-controller.js';
import { MEMORY_LABEL, Memories } from './memories.js';
import { Readings } from './readings.js';
import { sourcesReconciler } from './sources-controller.js';
import { askedKinds } from './states.js';

export interface DiscoveryOptions {
  estate: Estate;
  client: KubeClient;
  sessions: Sessions;
  recorder: Recorder;
  /** The operator's own. */
  namespace: string;
  /** Nothing is written to the cluster but events. */
  planOnly: boolean;
  /** How soon a scope's sources are read again. */
  intervalMs: number;
  /** Hears when a set may have other CIDRs than before; `settled` once all its sources were read or failed. */
  onNews(settled: boolean): void;
  log: Logger;
}

/** Reads sources, remembers what they give, and tells the estate what sets have of it. */
export interface Discovery {
  /** `sources` by set; `discovery`, which reads a scope again, by scope; `http` by document. */
  readonly controllers: readonly Controller[];
  /** Of what is remembered. Until it is synced no controller may run. */
  readonly memoryReflector: Reflector<ConfigMap>;
  /** Looks at the sets' sources, and reads those that were not read yet. */
  wake(): void;
  /** Removes what is remembered of a set that is being deleted. */
  forget(set: CidrSet): Promise<void>;
}

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { estate, client, sessions, recorder, namespace, planOnly, intervalMs, onNews, log } = options;
  const readings = new Readings();
  const memoryReflector = new Reflector<ConfigMap>({
    client,
    resource: configMaps,
    namespace,
    labelSelector: MEMORY_LABEL,
    log,
  });
  const memories = new Memories({
    client,
    namespace,
    readOnly: planOnly,
    store: memoryReflector.store,
    onMalformed(set, configMap) {
      const note = `ConfigMap ${configMap} is not as it was written, so what was only remembered is let go`;
      log.warn(note, { set: set.metadata.name });
      recorder.event(set, { type: 'Warning', reason: 'MemoryUnreadable', action: 'Discover', note });
    },
  });
  const sources = new Controller({
    name: 'sources',
    concurrency: 4,
    reconcile: sourcesReconciler({
      estate,
      readings,
      memories,
      recorder,
      onNews: (set) => onNews(!estate.resolver.discovered(set)?.problem?.unknown),
      log,
    }),
    log,
  });
  const wakeSources = () => {
    for (const { metadata } of estate.sets.list()) sources.enqueue(metadata.name);
  };
  const scopes = new Controller({
    name: 'discovery',
    concurrency: 8,
    reconcile: discoveryReconciler({ estate, sessions, readings, intervalMs, onNews: wakeSources }),
    log,
  });
  const documents = new Controller({
    name: 'http',
    concurrency: 4,
    reconcile: httpReconciler({ sets: estate.sets, readings, onNews: (set) => sources.enqueue(set) }),
    log,
  });

  return {
    controllers: [sources, scopes, documents],
    memoryReflector,
    wake() {
      wakeSources();
      const sets = estate.sets.list();
      for (const { account, scope } of estate.places()) {
        const kinds = askedKinds(sets, account, scope.region);
        if (kinds.some((kind) => !readings.inScope(scopeKey(scope), kind))) scopes.enqueue(scopeKey(scope));
      }
      for (const { metadata, spec } of sets) {
        for (const source of spec.discover?.http ?? []) {
          const isRead = readings.ofDocument(metadata.name, source);
          if (!isRead) documents.enqueue(documentKey(metadata.name, source.name));
        }
      }
    },
    forget: (set) => memories.keep(set, new Map()),
  };
}
