import type { CidrSet } from '../../api/cidr-set.gen.js';
import type { KubeClient } from '../../kube/client.js';
import { type ConfigMap, configMaps } from '../../kube/owned/resources.js';
import { fieldManager } from '../../kube/status.js';
import type { ReadonlyStore } from '../../kube/store.js';
import type { Memory } from './memory.js';
import { memoryText, parseMemory } from './memory-text.js';

/** On each ConfigMap that holds what a set's sources gave: the set's name. */
export const MEMORY_LABEL = 'sallyport.dev/memory-of';
const KEY = 'memory';

interface Remembered {
  uid: string | undefined;
  memory: Memory;
  /** What the cluster has; absent: no ConfigMap. */
  written: string | undefined;
}

export interface MemoriesOptions {
  client: KubeClient;
  /** The operator's own. */
  namespace: string;
  /** Those with MEMORY_LABEL, in that namespace. Read once for each set: what comes later is our own hand. */
  store: ReadonlyStore<ConfigMap>;
  /** Nothing is written: what is found is remembered as long as this process lives. */
  readOnly?: boolean;
  /** Hears of a set whose ConfigMap, of this name, is not what we write. */
  onMalformed(set: CidrSet, configMap: string): void;
}

/** What sets' sources gave, in a ConfigMap for each set, so that it outlives this process. */
export class Memories {
  readonly #options: MemoriesOptions;
  readonly #sets = new Map<string, Remembered>();

  constructor(options: MemoriesOptions) {
    this.#options = options;
  }

  of(set: CidrSet): Memory {
    return this.#of(set).memory;
  }

  /** Remembers it in any case; rejects when that could not be written, and writes it the next time. */
  async keep(set: CidrSet, memory: Memory): Promise<void> {
    const remembered = this.#of(set);
    remembered.memory = memory;
    const text = memoryText(memory) || undefined;
    if (this.#options.readOnly || text === remembered.written) return;
    const { client, namespace } = this.#options;
    const { name, uid } = set.metadata;
    const metadata = { name: configMapName(name), namespace };
    if (text === undefined) {
      await client.delete(configMaps, metadata);
    } else {
      const { apiVersion, kind } = set;
      const ownerReferences = [{ apiVersion, kind, name, uid: uid ?? '' }];
      const owned = { ...metadata, labels: { [MEMORY_LABEL]: name }, ownerReferences };
      await client.apply(configMaps, { metadata: owned, data: { [KEY]: text } }, { manager: fieldManager });
    }
    remembered.written = text;
  }

  #of(set: CidrSet): Remembered {
    const { name, uid } = set.metadata;
    const known = this.#sets.get(name);
    if (known?.uid === uid && known) return known;
    const remembered = { uid, ...this.#read(set) };
    this.#sets.set(name, remembered);
    return remembered;
  }

  #read(set: CidrSet): Pick<Remembered, 'memory' | 'written'> {
    const { namespace, store, onMalformed } = this.#options;
    const name = configMapName(set.metadata.name);
    const found = store.get(`${namespace}/${name}`);
    if (!found) return { memory: new Map(), written: undefined };
    // Left by a deleted set of the same name, it says nothing of this one.
    const isOurs = found.metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid);
    if (!isOurs) return { memory: new Map(), written: '' };
    const written = found.data?.[KEY] ?? '';
    const memory = parseMemory(written);
    if (!memory) onMalformed(set, `${namespace}/${name}`);
    return { memory: memory ?? new Map(), written };
  }
}

function configMapName(set: string): string {
  return `sallyport-memory-${set}`;
}
