import type { KubeClient } from '../kube/client.js';
import { configMaps } from '../kube/owned/resources.js';
import { Reflector } from '../kube/reflector.js';
import type { Logger } from '../telemetry/log.js';
import { type ClusterDns, CUSTOM_CONFIG_MAP, DNS_NAMESPACE } from './cluster-dns.js';

/** Hears when a ConfigMap of the cluster's DNS changes: each by its name, from when it was first seen in use. */
export class CorefileWatch {
  readonly #client: KubeClient;
  readonly #log: Logger;
  readonly #onChange: () => void;
  readonly #running = new Map<string, Promise<void>>();

  constructor({ client, log, onChange }: { client: KubeClient; log: Logger; onChange(): void }) {
    this.#client = client;
    this.#log = log;
    this.#onChange = onChange;
  }

  start({ corefile, custom }: ClusterDns, signal: AbortSignal): void {
    for (const name of [...(corefile ? [corefile.texts.name] : []), ...(custom ? [CUSTOM_CONFIG_MAP] : [])]) {
      if (!this.#running.has(name)) this.#running.set(name, this.#reflect(name, signal));
    }
  }

  #reflect(name: string, signal: AbortSignal): Promise<void> {
    const reflector = new Reflector({
      client: this.#client,
      resource: configMaps,
      namespace: DNS_NAMESPACE,
      fieldSelector: `metadata.name=${name}`,
      log: this.#log,
    });
    reflector.onChange(() => this.#onChange());
    return reflector.run(signal);
  }
}
