// Generated from crds/privatelinkendpoints.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta, Resource } from '../kube/resource.js';

/**
 * The names, the service that they lead to, and the VPCs that they lead from.
 */
export interface PrivateLinkEndpointSpec {
  /**
   * The names that people use, and what they are called privately.
   *
   * @minItems 1
   * @maxItems 20
   */
  hosts: {
    /**
     * The service's own name, e.g. gitlab.example.com.
     */
    public: string;
    /**
     * The name that leads to the endpoint, e.g. gitlab.privatelink.example.com; it gets a record in each consumer's zone.
     */
    private?: string;
    /**
     * Whether it is a registry of images, which the nodes of RunnerPools that refer to this pull by its private name.
     */
    registry?: boolean;
    /**
     * Where the proxy finds this host, if not at spec.proxy.upstream.
     */
    upstream?: {
      /**
       * Host and port, e.g. gitlab.internal:443.
       */
      address: string;
      /**
       * HTTP sends everything, tokens included, in the clear.
       */
      protocol: 'HTTPS' | 'HTTP';
      /**
       * How the upstream proves who it is. It always has to.
       */
      tls?: {
        /**
         * The name on its certificate. Without it, the host's public name.
         */
        serverName?: string;
        /**
         * The only CAs to trust, as PEM. Without it, those that browsers trust.
         */
        caBundle?: string;
      };
    };
  }[];
  /**
   * The domain of the private names, e.g. privatelink.example.com. Each consumer has a private Route 53 zone of this name, because in each VPC the names lead to an endpoint of its own.
   */
  zone?: string;
  /**
   * Either an endpoint service that is there, or what to make one from.
   */
  service: {
    /**
     * Name of an endpoint service that others run. Its owner accepts the endpoints.
     */
    name?: string;
    /**
     * Where the endpoint service is made, and for which load balancer.
     */
    provider?: {
      /**
       * The AwsAccount.
       */
      account: string;
      /**
       * One of the account's regions.
       */
      region: string;
      /**
       * The network load balancer that answers.
       */
      loadBalancer: {
        /**
         * By its ARN.
         */
        arn?: string;
        /**
         * The one that has all these AWS tags, with exactly these values.
         */
        tags?: {
          [k: string]: string;
        };
        /**
         * The one that a Service of type LoadBalancer in this namespace got.
         */
        kubernetesService?: string;
      };
      /**
       * ARNs of AWS principals that may make endpoints, besides the consumers' accounts. They are not accepted by this.
       *
       * @maxItems 100
       */
      allowedPrincipals?: string[];
      /**
       * A public name that endpoints may answer to in their VPCs. AWS wants proof that it is yours.
       */
      privateDns?: {
        /**
         * The name, e.g. gitlab.example.com.
         */
        name: string;
        /**
         * The public Route 53 zone that gets the proof, a TXT record.
         */
        zoneId: string;
        /**
         * The AwsAccount that has the zone. Without it, the provider's.
         */
        account?: string;
      };
      /**
       * Whether the load balancer's security groups apply to what comes by PrivateLink. Without it, that stays as it is. Turn it off where consumers' addresses overlap.
       */
      enforceSecurityGroups?: boolean;
    };
  };
  /**
   * The VPCs that get an endpoint.
   *
   * @maxItems 100
   */
  consumers: {
    /**
     * A name for this consumer, unique in the list.
     */
    name: string;
    /**
     * The AwsAccount.
     */
    account: string;
    /**
     * One of the account's regions.
     */
    region: string;
    /**
     * The VPC.
     */
    vpc: {
      /**
       * By its id.
       */
      id?: string;
      /**
       * The one that has all these AWS tags, with exactly these values.
       */
      tags?: {
        [k: string]: string;
      };
    };
    /**
     * Where the endpoint gets its addresses. One subnet a zone is taken, in zones that the service has.
     */
    subnets: {
      /**
       * By their ids.
       *
       * @minItems 1
       * @maxItems 32
       */
      ids?: string[];
      /**
       * Those of the VPC that have all these AWS tags, with exactly these values.
       */
      tags?: {
        [k: string]: string;
      };
    };
    /**
     * Who may connect.
     */
    securityGroups: {
      /**
       * Security groups of yours.
       *
       * @minItems 1
       * @maxItems 16
       */
      ids?: string[];
      /**
       * CidrSets that a group is made for. Each must allow it: its targets.taggedSecurityGroups selects the account and region, and has the ports in allowedPorts.
       *
       * @minItems 1
       * @maxItems 20
       */
      allowFrom?: {
        /**
         * Name of the CidrSet.
         */
        set: string;
        /**
         * What is let in, e.g. tcp/443.
         *
         * @minItems 1
         * @maxItems 10
         */
        ports: string[];
      }[];
    };
    /**
     * Let the service's private DNS name lead to the endpoint, in the whole VPC. Done once the endpoint is available.
     */
    privateDns: boolean;
    /**
     * The endpoint's policy, a JSON document. Without it, the policy is left as it is.
     */
    policy?: string;
    /**
     * AWS tags for what is made for this consumer. A tag that is taken out here stays there.
     */
    tags?: {
      [k: string]: string;
    };
    /**
     * The zone that the private names are in.
     */
    dns?: {
      /**
       * A private zone that is there. Without it, one is made in the consumer's account.
       */
      zoneId?: string;
      /**
       * The AwsAccount that has the zone. Without it, the consumer's.
       */
      account?: string;
      /**
       * Further VPCs, of any account and region, that the names lead to this endpoint in.
       *
       * @maxItems 50
       */
      sharedWith?: {
        /**
         * The AwsAccount.
         */
        account: string;
        /**
         * One of the account's regions.
         */
        region: string;
        /**
         * The VPC.
         */
        vpcId: string;
      }[];
    };
  }[];
  /**
   * The reverse proxy behind the load balancer, which answers under each host's public and private name. Without it, the load balancer leads to the hosts themselves.
   */
  proxy?: {
    /**
     * Whose TLS the clients see. It has to have each host's public and private name.
     */
    certificate: {
      /**
       * A Secret of type kubernetes.io/tls in this namespace. The proxy ends TLS.
       */
      secretName?: string;
      /**
       * An issuer of cert-manager's, which fills the Secret: a Certificate with all names is made. Without it, the Secret is yours.
       */
      issuerRef?: {
        /**
         * Its name.
         */
        name: string;
        /**
         * Issuer, ClusterIssuer, or one of another group.
         */
        kind: string;
        /**
         * Of its API.
         */
        group: string;
      };
      /**
       * A certificate of ACM. The load balancer ends TLS, and cuts what is idle for 350 seconds.
       */
      arn?: string;
    };
    /**
     * Where the proxy finds the hosts.
     */
    upstream?: {
      /**
       * Host and port, e.g. gitlab.internal:443.
       */
      address: string;
      /**
       * HTTP sends everything, tokens included, in the clear.
       */
      protocol: 'HTTPS' | 'HTTP';
      /**
       * How the upstream proves who it is. It always has to.
       */
      tls?: {
        /**
         * The name on its certificate. Without it, the host's public name.
         */
        serverName?: string;
        /**
         * The only CAs to trust, as PEM. Without it, those that browsers trust.
         */
        caBundle?: string;
      };
    };
    /**
     * The load balancer's port. Clients who say a private name come to it.
     */
    port: number;
    /**
     * An image of Caddy, 2.11 or later.
     */
    image: string;
    /**
     * How many pods it has.
     */
    replicas: number;
    /**
     * The network load balancer, which a controller in this cluster makes for the proxy's Service.
     */
    loadBalancer: {
      /**
       * Whose controller: service.k8s.aws/nlb is the AWS Load Balancer Controller's, eks.amazonaws.com/nlb that of EKS Auto Mode.
       */
      class: 'service.k8s.aws/nlb' | 'eks.amazonaws.com/nlb';
      /**
       * Further annotations of the Service, for the controller. They replace Sallyport's own of the same name.
       */
      annotations?: {
        [k: string]: string;
      };
    };
  };
  /**
   * How public names are led to the endpoint in this cluster.
   */
  interception?: {
    /**
     * Auto looks at what the cluster has and says in status what it chose, and why.
     */
    mode: 'Auto' | 'JobDNS' | 'EndpointPrivateDNS' | 'CoreDNSImport' | 'ClusterDNS';
    /**
     * The resolver of mode JobDNS, which only those pods use that are told to.
     */
    jobDns: {
      /**
       * An image of CoreDNS.
       */
      image: string;
      /**
       * How many pods it has.
       */
      replicas: number;
    };
  };
  /**
   * Enforce writes to AWS. Plan writes nothing and shows in status.plan what would be written.
   */
  mode: 'Enforce' | 'Plan';
  /**
   * What becomes of what was made when the resource is deleted. Delete removes it; Retain leaves it in place, without Sallyport's mark.
   */
  deletionPolicy: 'Delete' | 'Retain';
  /**
   * Delete the service although endpoints of others are connected to it; they are rejected.
   */
  force: boolean;
}

export interface PrivateLinkEndpointStatus {
  /**
   * The generation of spec that this status is about.
   */
  observedGeneration?: number;
  /**
   * How many of the endpoints are available, and as declared: 2/3.
   */
  endpoints?: string;
  /**
   * How many of the records lead to their endpoints: 4/6.
   */
  records?: string;
  /**
   * The endpoint service.
   */
  service?: {
    /**
     * com.amazonaws.vpce and so on.
     */
    name: string;
    /**
     * vpce-svc- and so on.
     */
    id: string;
    /**
     * The AwsAccount, where the service is made here.
     */
    account?: string;
    /**
     * One of its regions.
     */
    region?: string;
    /**
     * AWS's.
     */
    state?: string;
    /**
     * Its ARN.
     */
    loadBalancer?: string;
    /**
     * Whether the load balancer's security groups apply to what comes by PrivateLink.
     */
    enforcesSecurityGroups?: boolean;
    /**
     * AWS's: pendingVerification, verified or failed.
     */
    privateDnsState?: string;
    /**
     * How many endpoints of others wait to be accepted. Sallyport leaves them to you.
     */
    othersWaiting?: number;
    /**
     * Endpoints of others; the first 20.
     */
    others?: {
      /**
       * The endpoint.
       */
      endpointId: string;
      /**
       * Whose it is.
       */
      accountId: string;
      /**
       * AWS's.
       */
      state: string;
    }[];
  };
  /**
   * Where the service was made before, until it has gone from there.
   */
  formerProviders?: {
    /**
     * The AwsAccount.
     */
    account: string;
    /**
     * One of its regions.
     */
    region: string;
  }[];
  /**
   * Each consumer, and those no longer declared until all of theirs is gone.
   */
  consumers?: {
    /**
     * Its name in spec.consumers.
     */
    name: string;
    /**
     * The AwsAccount.
     */
    account: string;
    /**
     * One of its regions.
     */
    region: string;
    /**
     * Whether the endpoint is available, and its names lead to it.
     */
    ready: boolean;
    /**
     * Ready, or what keeps it from being so.
     */
    reason: string;
    /**
     * What the matter is, and what to do.
     */
    message?: string;
    /**
     * The endpoint.
     */
    endpointId?: string;
    /**
     * AWS's, of the endpoint.
     */
    state?: string;
    /**
     * AWS's names of the endpoint, the regional one first.
     */
    dnsNames?: string[];
    /**
     * The security group that was made.
     */
    groupId?: string;
    /**
     * The private zone.
     */
    zoneId?: string;
    /**
     * The AwsAccount that has the zone, where that is not the consumer's.
     */
    zoneAccount?: string;
    /**
     * Zones that the names were in, until what is Sallyport's has gone from them.
     */
    formerZones?: {
      /**
       * The AwsAccount.
       */
      account: string;
      /**
       * The private zone.
       */
      zoneId: string;
    }[];
    /**
     * VPCs that Sallyport associated with the zone.
     */
    associations?: {
      /**
       * The AwsAccount.
       */
      account: string;
      /**
       * One of its regions.
       */
      region: string;
      /**
       * The VPC.
       */
      vpcId: string;
    }[];
  }[];
  /**
   * The proxy, where this cluster has it.
   */
  proxy?: {
    /**
     * Name of its Service.
     */
    service?: string;
    /**
     * The load balancer's host name.
     */
    loadBalancer?: string;
    /**
     * How many of its pods are as declared and answer: 2/2.
     */
    replicas?: string;
    /**
     * Name of the Certificate of cert-manager's that was made.
     */
    certificate?: string;
    /**
     * When the certificate in the Secret does.
     */
    certificateExpires?: string;
  };
  /**
   * How public names are led to the endpoint in this cluster.
   */
  interception?: {
    /**
     * The mode in use; of Auto, what it chose.
     */
    mode?: string;
    /**
     * Why Auto chose it.
     */
    why?: string;
    /**
     * How many public names lead where they should, asked of every resolver: 2/2.
     */
    hosts?: string;
    /**
     * How many resolver pods answer as they should: 2/2.
     */
    resolvers?: string;
    /**
     * Of mode JobDNS: the address that pods are told to ask.
     */
    resolver?: string;
    /**
     * What may keep pods from being led to the endpoint, and the way out.
     */
    advice?: string[];
    /**
     * Digest of the rewrites that every resolver was seen to follow.
     */
    proved?: string;
    /**
     * A change that is being proved; what a restarted operator goes on with.
     */
    proving?: {
      /**
       * Digest of the rewrites.
       */
      change: string;
      /**
       * When it was written.
       */
      since: string;
      /**
       * The rewrites that it replaces, and that come back if it fails.
       */
      former: {
        /**
         * The public name.
         */
        from: string;
        /**
         * The private name.
         */
        to: string;
      }[];
      /**
       * What names answered before that must not change.
       */
      before: {
        [k: string]: string;
      };
      /**
       * How many reloads had failed before, by resolver pod.
       */
      reloadFailures: {
        [k: string]: number;
      };
    };
    /**
     * A change that was taken back. It is tried again when spec or the rest of the Corefile has changed.
     */
    rolledBack?: {
      /**
       * Digest of what was tried.
       */
      attempt: string;
      /**
       * What was seen.
       */
      message: string;
    };
  };
  /**
   * What would be written, when mode is Plan. The counts are exact; the list is cut.
   */
  plan?: {
    /**
     * What to make.
     */
    add?: number;
    /**
     * What to change.
     */
    change?: number;
    /**
     * What to remove.
     */
    remove?: number;
    /**
     * The first 100 operations, a line each. What builds on these comes after them.
     */
    operations?: string[];
    /**
     * How many the list leaves out.
     */
    operationsOmitted?: number;
  };
  /**
   * Ready says whether all is as declared; the others say why not.
   */
  conditions?: {
    type: string;
    status: 'True' | 'False' | 'Unknown';
    observedGeneration?: number;
    lastTransitionTime: string;
    reason: string;
    message: string;
  }[];
}

/** A service that VPCs of any account and region reach by AWS PrivateLink: the endpoint service in front of its load balancer, an endpoint in each consumer's VPC, and the private names that lead there. */
export interface PrivateLinkEndpoint {
  apiVersion: 'sallyport.dev/v1alpha1';
  kind: 'PrivateLinkEndpoint';
  metadata: ObjectMeta;
  spec: PrivateLinkEndpointSpec;
  status?: PrivateLinkEndpointStatus;
}

export const privatelinkendpoints: Resource<PrivateLinkEndpoint> = {
  group: 'sallyport.dev',
  version: 'v1alpha1',
  plural: 'privatelinkendpoints',
  kind: 'PrivateLinkEndpoint',
  namespaced: true,
};
