import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { choose } from '../interception/choose.js';
import type { ClusterDns } from '../interception/cluster-dns.js';
import { configMapText } from '../interception/edit.js';
import { editingModes } from '../interception/editing-modes.js';
import { hasPrivateDns } from '../interception/endpoint-private-dns.js';
import { type Wish, wishOf } from '../interception/wish.js';
import { plural } from '../plural.js';
import type { Finding } from './finding.js';

/** @param endpoints of the whole cluster */
export function dnsFindings(dns: ClusterDns, endpoints: readonly PrivateLinkEndpoint[]): Finding[] {
  const asked = endpoints.filter((endpoint) => wishOf(endpoint).mode);
  return [
    shapeFinding(dns),
    ...keeperFindings(dns),
    ...asked.map((endpoint) => modeFinding(endpoint, dns)),
    ...(asked.length === 0 ? [recommendation(dns)] : []),
  ];
}

const cluster = { check: 'dns', subject: 'cluster DNS' } as const;
const NO_EDIT = 'leave spec.interception.mode at Auto, or write JobDNS';

function shapeFinding({ clusterIP, resolvers, corefile }: ClusterDns): Finding {
  if (!clusterIP) {
    const message = 'the DNS has no Service with the label k8s-app=kube-dns, as in EKS Auto Mode: it is not edited';
    const next = 'if there is one, kubectl label service -n kube-system <the DNS Service> k8s-app=kube-dns';
    return { ...cluster, level: 'note', message, next };
  }
  const ready = resolvers.filter((each) => each.ready).length;
  const text = `${ready} of ${plural(resolvers.length, 'DNS pod')} ready`;
  if (ready === 0) {
    const next = 'kubectl get pods -n kube-system -l k8s-app=kube-dns';
    return { ...cluster, level: 'failure', message: `the cluster has no DNS: ${text}`, next };
  }
  if (!corefile) {
    const message = `the DNS is not CoreDNS with a Corefile in a ConfigMap; ${text}`;
    return { ...cluster, level: 'note', message, next: NO_EDIT };
  }
  return {
    ...cluster,
    level: 'ok',
    message: `CoreDNS has its Corefile from ${configMapText(corefile.texts.name)}; ${text}`,
  };
}

function keeperFindings({ isEksAddOn, hasNodeLocalCache }: ClusterDns): Finding[] {
  const notes = [
    isEksAddOn && 'CoreDNS is the EKS add-on, which puts its own Corefile back',
    hasNodeLocalCache && "pods ask NodeLocal DNSCache, which doesn't ask CoreDNS about public names",
  ];
  return notes.flatMap((message): Finding[] =>
    message ? [{ ...cluster, level: 'note', message, next: NO_EDIT }] : [],
  );
}

/** What a resource would get that leaves the choice to Sallyport. */
function recommendation(dns: ClusterDns): Finding {
  const wish: Wish = { marker: 'default/doctor', mode: 'Auto', rewrites: [], publicNames: [] };
  const { mode, why } = choose(wish, dns, { hasPrivateDns: false });
  return { ...cluster, level: 'ok', message: `interception would be by ${mode}: ${why}` };
}

function modeFinding(endpoint: PrivateLinkEndpoint, dns: ClusterDns): Finding {
  const wish = wishOf(endpoint);
  const { mode, why } = choose(wish, dns, { hasPrivateDns: hasPrivateDns(endpoint) });
  const about = { check: 'dns', subject: `PrivateLinkEndpoint/${wish.marker}` } as const;
  if (why) return { ...about, level: 'ok', message: `${wish.marker} is led by ${mode} (Auto): ${why}` };
  const problem = problemOf(wish, mode, dns);
  if (!problem) return { ...about, level: 'ok', message: `${wish.marker} is led by ${mode}` };
  const message = `${wish.marker} can't be led by ${mode}: ${problem}`;
  const next = `kubectl patch privatelinkendpoint ${endpoint.metadata.name} -n ${endpoint.metadata.namespace} --type=merge -p '{"spec":{"interception":{"mode":"Auto"}}}'`;
  return { ...about, level: 'failure', message, next };
}

function problemOf({ rewrites, marker }: Wish, mode: string, dns: ClusterDns): string | undefined {
  const editing = Object.entries(editingModes).find(([name]) => name === mode)?.[1];
  const drafted = editing?.put(dns, rewrites, marker);
  if (!drafted) return undefined;
  if (!drafted.ok) return drafted.problem.message;
  if (dns.isEksAddOn && mode === 'ClusterDNS') return 'the EKS add-on puts its own Corefile back';
  return drafted.draft.blocker?.message;
}
