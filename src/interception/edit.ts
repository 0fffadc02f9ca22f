import type { Problem } from '../api/problem.js';
import type { Rewrite } from '../corefile/marks.js';
import { type ClusterDns, DNS_NAMESPACE } from './cluster-dns.js';

/** One key of a ConfigMap, in the namespace of the cluster's DNS, as it is to be. */
export interface Edit {
  configMap: string;
  /** Of what was read; absent where there is no such ConfigMap. */
  resourceVersion?: string;
  key: string;
  /** Null: the key goes. */
  text: string | null;
}

/** What is to be written for a resource; without an edit all is there. */
export interface Draft {
  edit?: Edit;
  /** What makes it ineffective for certain. */
  blocker?: Problem;
  advice: readonly string[];
}

export type Drafted = { ok: true; draft: Draft } | { ok: false; problem: Problem };

/** A mode that writes into the configuration of the cluster's own CoreDNS. Pure. */
export interface EditingMode {
  /** Has just these rewrites, none included, stand there for the marker. */
  put(dns: ClusterDns, rewrites: readonly Rewrite[], marker: string): Drafted;
  /** Takes out what stands there for the marker, where anything does. */
  take(dns: ClusterDns, marker: string): Edit | undefined;
  /** What stands there for the marker. */
  present(dns: ClusterDns, marker: string): Rewrite[];
  /** Who else wrote last to where they stand. */
  otherWriter(dns: ClusterDns): string | undefined;
}

/** For people. */
export function configMapText(name: string): string {
  return `ConfigMap ${DNS_NAMESPACE}/${name}`;
}

export function refused(reason: string, message: string): Drafted {
  return { ok: false, problem: { reason, message } };
}
