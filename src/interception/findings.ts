import type { Problem } from '../api/problem.js';
import type { Finding } from '../corefile/findings.js';
import { findingText } from '../corefile/words.js';
import type { ClusterDns } from './cluster-dns.js';

export const EKS_ADD_ON =
  'the EKS add-on owns this Corefile and may put its own back: use mode JobDNS, or manage CoreDNS yourself';

/** What pods do in spite of a rewrite, and what else there is to know about it. */
export interface Hindrances {
  blocker?: Problem;
  advice: string[];
}

/** Of rewrites in the configuration of the cluster's CoreDNS. */
export function hindrancesOf(dns: ClusterDns, findings: readonly Finding[]): Hindrances {
  const blocker = blockers(dns, findings)[0];
  const advice = findings.map(findingText);
  if (dns.isEksAddOn) advice.push(EKS_ADD_ON);
  return { ...(blocker && { blocker }), advice };
}

function blockers({ hasNodeLocalCache, corefile }: ClusterDns, findings: readonly Finding[]): Problem[] {
  const autopath = findings.find(({ kind }) => kind === 'Autopath');
  const noReload = findings.find(({ kind }) => kind === 'NoReload');
  return [
    ...(autopath ? [{ reason: 'Autopath', message: findingText(autopath) }] : []),
    ...(hasNodeLocalCache ? [nodeLocal] : []),
    ...(noReload ? [{ reason: 'RestartNeeded', message: findingText(noReload) }] : []),
    ...(corefile?.isSubPath ? [subPath] : []),
  ];
}

const nodeLocal: Problem = {
  reason: 'NodeLocalDNSCache',
  message:
    "pods ask NodeLocal DNSCache, which doesn't ask CoreDNS about public names: use mode JobDNS, or have its server block .:53 forward to __PILLAR__CLUSTER__DNS__",
};

const subPath: Problem = {
  reason: 'RestartNeeded',
  message:
    "the Corefile is mounted by subPath, which Kubernetes doesn't renew: restart CoreDNS after each change, or mount the folder",
};
