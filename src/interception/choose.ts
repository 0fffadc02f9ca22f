import type { ClusterDns } from './cluster-dns.js';
import { clusterDnsMode } from './cluster-dns-mode.js';
import { coreDnsImportMode } from './coredns-import-mode.js';
import { hasPrivateDns } from './endpoint-private-dns.js';
import type { Scene } from './scene.js';
import type { ChosenMode, Wish } from './wish.js';

export interface Choice {
  mode: ChosenMode;
  /** Why Auto chose it, for people. */
  why?: string;
}

export interface Circumstances {
  /** Whether the endpoints answer to all public names by themselves. */
  hasPrivateDns: boolean;
  /** What Auto chose before, and has proved. */
  former?: Choice;
}

/** The mode for one resource. @param isAwsHere see InterceptionOptions */
export function choiceFor(
  { object, wish, dns, memory }: Pick<Scene, 'object' | 'wish' | 'dns' | 'memory'>,
  isAwsHere: boolean,
): Choice {
  const { mode, why } = object.status?.interception ?? {};
  const isProved = memory.proved !== undefined && why !== undefined;
  return choose(wish, dns, {
    hasPrivateDns: isAwsHere && hasPrivateDns(object),
    ...(isProved && { former: { mode: mode as ChosenMode, why } }),
  });
}

/**
 * The mode for this cluster. Auto takes the one that fights with nobody and reaches every pod, if there is one. By itself it
 * doesn't go to JobDNS where all pods are led, nor away from it: pods may have been told to ask it.
 */
export function choose(wish: Wish, dns: ClusterDns, { hasPrivateDns, former }: Circumstances): Choice {
  const { mode } = wish;
  if (mode && mode !== 'Auto') return { mode };
  const best = bestOf(wish, dns, hasPrivateDns);
  return former && [former.mode, best.mode].includes('JobDNS') ? former : best;
}

function bestOf({ rewrites, marker }: Wish, dns: ClusterDns, hasPrivateDns: boolean): Choice {
  if (hasPrivateDns)
    return { mode: 'EndpointPrivateDNS', why: 'the endpoints answer to the public names in their VPCs' };
  const obstacle = obstacleOf(dns);
  if (obstacle) return { mode: 'JobDNS', why: obstacle };
  const imported = coreDnsImportMode.put(dns, rewrites, marker);
  if (imported.ok && !imported.draft.blocker) {
    return { mode: 'CoreDNSImport', why: 'the Corefile imports what coredns-custom adds' };
  }
  if (dns.isEksAddOn) return { mode: 'JobDNS', why: 'the EKS add-on owns the Corefile and puts its own back' };
  const edited = clusterDnsMode.put(dns, rewrites, marker);
  if (!edited.ok) return { mode: 'JobDNS', why: edited.problem.message };
  if (edited.draft.blocker) return { mode: 'JobDNS', why: withoutLine(edited.draft.blocker.message) };
  return { mode: 'ClusterDNS', why: 'CoreDNS has its Corefile in a ConfigMap that nobody else keeps' };
}

function obstacleOf({ corefile, hasNodeLocalCache }: ClusterDns): string | undefined {
  if (!corefile) return "this cluster's DNS is not CoreDNS with its Corefile in a ConfigMap";
  if (hasNodeLocalCache) return "pods ask NodeLocal DNSCache, which doesn't ask CoreDNS about public names";
  return undefined;
}

/** It counts a line that is not to be written. */
function withoutLine(message: string): string {
  return message.replace(/^line \d+: /, '');
}
