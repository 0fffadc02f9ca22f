import type { ClusterDns } from '../../../src/interception/cluster-dns.js';
import type { Wish } from '../../../src/interception/wish.js';

export const rewrites = [{ from: 'gitlab.example.com', to: 'gitlab.privatelink.example.com' }];
export const marker = 'default/gitlab';
export const line =
  '    rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com # managed by sallyport.dev: default/gitlab\n';
export const corefile = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    reload
}
`;
/** As k3s and AKS have it. */
export const importing = `${corefile}import custom/*.server\n`;

export function wish(change: Partial<Wish> = {}): Wish {
  return { marker, mode: 'Auto', rewrites, publicNames: ['gitlab.example.com'], ...change };
}

/** CoreDNS in two pods. `custom`: what coredns-custom holds, where the pods mount it. */
export function clusterDns(
  text = corefile,
  { custom, ...change }: Partial<Omit<ClusterDns, 'custom'>> & { custom?: Record<string, string> } = {},
): ClusterDns {
  return {
    clusterIP: '10.96.0.10',
    port: 53,
    resolvers: ['a', 'b'].map((pod, index) => ({ pod, address: `10.1.0.${index}`, port: 53, ready: true })),
    corefile: {
      texts: { name: 'coredns', resourceVersion: '7', data: { Corefile: text, other: 'x' }, manager: 'kubeadm' },
      key: 'Corefile',
      directory: '/etc/coredns',
      isSubPath: false,
    },
    ...(custom && {
      custom: {
        directory: '/etc/coredns/custom',
        texts: { name: 'coredns-custom', resourceVersion: '8', data: custom, manager: 'helm' },
      },
    }),
    hasNodeLocalCache: false,
    isEksAddOn: false,
    ...change,
  };
}
