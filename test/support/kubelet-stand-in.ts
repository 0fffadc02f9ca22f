import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../src/kube/client.js';
import { configMaps } from '../../src/kube/owned/resources.js';
import { replaceFile } from './replace-file.js';

/** What it makes of a pod's Corefile on the way. */
export type Tamper = (corefile: string) => string;

/**
 * In place of the kubelets that there are none of: brings what the ConfigMaps hold into the folders of the pods that mount
 * them, soon. Kubelets are slower than CoreDNS loads, which never looks again at an import that changes meanwhile: a pod
 * that loads gets nothing.
 */
export class KubeletStandIn {
  readonly #client: KubeClient;
  readonly #folders: readonly string[];
  readonly #isLoading: (folder: string) => Promise<boolean>;
  readonly #tampers = new Map<string, Tamper>();
  readonly #written = new Map<string, string>();
  readonly #end = new AbortController();
  readonly #running: Promise<void>;

  constructor(client: KubeClient, folders: readonly string[], isLoading: (folder: string) => Promise<boolean>) {
    this.#client = client;
    this.#folders = folders;
    this.#isLoading = isLoading;
    this.#running = this.#run();
  }

  /** Brings one pod, or all, another Corefile; undefined: what there is. */
  tamper(tamper: Tamper | undefined, folders = this.#folders): void {
    for (const folder of folders) {
      if (tamper) this.#tampers.set(folder, tamper);
      else this.#tampers.delete(folder);
    }
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#bring().catch(() => {});
      await sleep(100, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #bring(): Promise<void> {
    const namespace = 'kube-system';
    const corefile = (await this.#client.get(configMaps, { namespace, name: 'coredns' }))?.data?.Corefile;
    const custom = (await this.#client.get(configMaps, { namespace, name: 'coredns-custom' }))?.data ?? {};
    for (const folder of this.#folders) {
      if (await this.#isLoading(folder)) continue;
      const tamper = this.#tampers.get(folder) ?? ((text) => text);
      const customFolder = join(folder, 'custom');
      await mkdir(customFolder, { recursive: true });
      for (const [key, text] of Object.entries(custom)) await this.#write(join(customFolder, key), text);
      if (corefile !== undefined) await this.#write(join(folder, 'Corefile'), tamper(corefile));
      for (const file of await readdir(customFolder))
        if (!(file in custom)) await this.#remove(join(customFolder, file));
    }
  }

  async #write(path: string, text: string): Promise<void> {
    if (this.#written.get(path) === text) return;
    await replaceFile(path, text);
    this.#written.set(path, text);
  }

  async #remove(path: string): Promise<void> {
    this.#written.delete(path);
    await rm(path);
  }
}
