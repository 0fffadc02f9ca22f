/** The namespace that clusters have their DNS in. */
export const DNS_NAMESPACE = 'kube-system';
/** Of AKS and k3s: what people add to the Corefile that isn't theirs. */
export const CUSTOM_CONFIG_MAP = 'coredns-custom';

/** A pod that answers to the cluster's DNS Service; where there is none, whatever pods ask. */
export interface Resolver {
  /** Its name, or its address. */
  pod: string;
  address: string;
  port: number;
  /** By its readiness probe. */
  ready: boolean;
}

/** A ConfigMap that is there. */
export interface Texts {
  name: string;
  resourceVersion: string;
  data: Readonly<Record<string, string>>;
  /** Who else wrote it last. */
  manager?: string;
}

/** This cluster's DNS as it is now. */
export interface ClusterDns {
  /** Of its Service. */
  clusterIP?: string;
  /** That its pods listen on. */
  port: number;
  resolvers: readonly Resolver[];
  /** Absent where it isn't CoreDNS, or has its Corefile from elsewhere. */
  corefile?: {
    texts: Texts;
    key: string;
    /** The folder that it is in, in the pods. */
    directory: string;
    /** Kubernetes doesn't renew what is mounted so. */
    isSubPath: boolean;
  };
  /** Where the pods have coredns-custom, which need not be there itself. */
  custom?: { directory: string; texts?: Texts };
  /** Whether pods ask a cache on their node, which asks others than CoreDNS about public names. */
  hasNodeLocalCache: boolean;
  /** Whether the EKS add-on owns the Corefile. */
  isEksAddOn: boolean;
}

/** The live Corefile. */
export function corefileText({ corefile }: ClusterDns): string | undefined {
  return corefile?.texts.data[corefile.key];
}
