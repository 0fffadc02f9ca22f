// Generated from crds/cidrsets.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta, Resource } from '../kube/resource.js';

/**
 * The addresses, who else they include, and the security groups that let them in.
 */
export interface CidrSetSpec {
  /**
   * The CIDRs of the set itself, IPv4 and IPv6.
   *
   * @maxItems 1000
   */
  cidrs?: {
    /**
     * An IPv4 or IPv6 network such as 203.0.113.0/24, 198.51.100.7/32 or 2001:db8::/32.
     */
    cidr: string;
    /**
     * What is there, e.g. "Berlin office". It goes into the rule's description in AWS.
     */
    description?: string;
  }[];
  /**
   * Other sets whose CIDRs belong to this one too. Sets that include each other in a circle are not written anywhere.
   *
   * @maxItems 100
   */
  include?: string[];
  /**
   * Addresses that are found where they live. What is found is remembered, across restarts too; an address that is no longer found stays in the set until guard.grace is over, and while a source can't be read all that it gave before stays.
   */
  discover?: {
    /**
     * Public addresses of the NAT gateways that carry traffic, those being deleted included.
     *
     * @maxItems 32
     */
    natGateways?: {
      /**
       * A name for this source, unique in its list.
       */
      name: string;
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * Only those that have all these AWS tags, with exactly these values.
       */
      tags?: {
        [k: string]: string;
      };
    }[];
    /**
     * Elastic IP addresses, in use or not.
     *
     * @maxItems 32
     */
    elasticIps?: {
      /**
       * A name for this source, unique in its list.
       */
      name: string;
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * Only those that have all these AWS tags, with exactly these values.
       */
      tags?: {
        [k: string]: string;
      };
    }[];
    /**
     * The CIDR blocks of VPCs, IPv4 and IPv6, secondary ones included.
     *
     * @maxItems 32
     */
    vpcs?: {
      /**
       * A name for this source, unique in its list.
       */
      name: string;
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * Only those that have all these AWS tags, with exactly these values.
       */
      tags?: {
        [k: string]: string;
      };
    }[];
    /**
     * Documents that list addresses, such as a vendor's published ranges.
     *
     * @maxItems 32
     */
    http?: {
      /**
       * A name for this source, unique in its list.
       */
      name: string;
      /**
       * Where the document is.
       */
      url: string;
      /**
       * Text has one CIDR or address a line, and comments after #.
       */
      format: 'Text' | 'JSON';
      /**
       * A JMESPath expression (jmespath.org) that gives the list, e.g. prefixes[?service=='S3' && region=='eu-west-1'].ip_prefix
       */
      select?: string;
      /**
       * How soon the document is asked for again, 10s at least.
       */
      refresh: string;
      /**
       * PEM certificates of the authority that the server's certificate comes from. Without it, those that Node.js trusts.
       */
      caBundle?: string;
      /**
       * Accept a host with a private address, e.g. a server of your own. Redirects to private addresses are refused all the same.
       */
      allowPrivate: boolean;
    }[];
  };
  /**
   * Where the set is written to. A set without targets is there to be included.
   */
  targets?: {
    /**
     * Security groups chosen here, by tags or by id.
     *
     * @maxItems 32
     */
    securityGroups?: {
      /**
       * A name for this target, unique in the set.
       */
      name: string;
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * Groups that have all these AWS tags, with exactly these values.
       */
      tags?: {
        [k: string]: string;
      };
      /**
       * Groups by id, whatever their tags.
       *
       * @maxItems 100
       */
      groupIds?: string[];
      /**
       * What is let in, e.g. tcp/443, udp/53, tcp/8000-8080, icmp, or all.
       *
       * @minItems 1
       * @maxItems 20
       */
      ports: string[];
      /**
       * Ingress lets the set's addresses in; Egress lets members of the group out to them.
       */
      direction: 'Ingress' | 'Egress';
      /**
       * Rules writes a rule for each CIDR. PrefixList writes the CIDRs to a managed prefix list and one rule that refers to it, so that a change is one call for all groups of a scope; the rule weighs as much as the list may hold. Auto takes a list where the target selects five groups or more and the list fits in all of them.
       */
      via: 'Rules' | 'PrefixList' | 'Auto';
    }[];
    /**
     * Self-service: a group that its owner tags `cidrset.sallyport.dev/<this set>` = `tcp/443 tcp/22` (ports separated by spaces) lets the set in at those ports.
     */
    taggedSecurityGroups?: {
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * What a tag may ask for. A range covers the ports within it; all covers everything. The rest of a tag is refused and named in the condition.
       *
       * @minItems 1
       * @maxItems 20
       */
      allowedPorts: string[];
    };
    /**
     * Managed prefix lists, one for each IP family of the set, made in each selected account and region.
     *
     * @maxItems 16
     */
    prefixLists?: {
      /**
       * A name for this target, unique in the set.
       */
      name: string;
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * Name of the lists in AWS; the IP family is put behind it, e.g. office-ipv4. Default: sallyport-<set>.
       */
      listName?: string;
      /**
       * Accounts, by their 12 digits, or AWS organizations or units of them, by ARN, that may refer to the lists (by AWS RAM).
       *
       * @maxItems 100
       */
      shareWith?: string[];
    }[];
    /**
     * AWS WAF IP sets, one for each IP family of the set, made in each selected account and region.
     *
     * @maxItems 16
     */
    wafIpSets?: {
      /**
       * A name for this target, unique in the set.
       */
      name: string;
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * REGIONAL, or CLOUDFRONT, which lives in us-east-1 only.
       */
      scope: 'REGIONAL' | 'CLOUDFRONT';
      /**
       * Name of the IP sets in AWS; the IP family is put behind it, e.g. office-ipv4. Default: sallyport-<set>.
       */
      ipSetName?: string;
    }[];
    /**
     * EKS clusters whose public endpoint lets in this set and nobody else: the whole access list is the set's, for it has no place to mark whose an entry is. When the target goes, the last list stays.
     *
     * @maxItems 16
     */
    eksPublicAccess?: {
      /**
       * A name for this target, unique in the set.
       */
      name: string;
      /**
       * Which AwsAccounts. Without it, all of them.
       */
      accounts?: {
        /**
         * AwsAccounts by name.
         *
         * @maxItems 500
         */
        names?: string[];
        /**
         * AwsAccounts that have all these labels.
         */
        matchLabels?: {
          [k: string]: string;
        };
      };
      /**
       * Which of the accounts' regions. Without it, all of them.
       *
       * @maxItems 64
       */
      regions?: string[];
      /**
       * EKS clusters by name.
       *
       * @minItems 1
       * @maxItems 50
       */
      clusters: string[];
      /**
       * Write a list even when it leaves out the addresses that Sallyport itself comes from, to a cluster that has no private endpoint.
       */
      acceptLockout: boolean;
    }[];
    /**
     * NetworkPolicies in this cluster that let the set in, or out to it.
     *
     * @maxItems 32
     */
    networkPolicies?: {
      /**
       * Name of the NetworkPolicy.
       */
      name: string;
      /**
       * Where it is. It is made once the namespace is there.
       */
      namespace: string;
      /**
       * The pods that it is for, by labels. Without it, all pods of the namespace.
       */
      podSelector?: {
        [k: string]: string;
      };
      /**
       * Ingress lets the set in to the pods; Egress lets them out to it.
       */
      direction: 'Ingress' | 'Egress';
      /**
       * What is let through, e.g. tcp/443, udp/53, tcp/8000-8080, or all. Without it, all.
       *
       * @minItems 1
       * @maxItems 20
       */
      ports?: string[];
    }[];
    /**
     * ConfigMaps in this cluster that hold the set's CIDRs, for programs that read them.
     *
     * @maxItems 32
     */
    configMaps?: {
      /**
       * Name of the ConfigMap.
       */
      name: string;
      /**
       * Where it is. It is made once the namespace is there.
       */
      namespace: string;
      /**
       * The key of its data.
       */
      key: string;
      /**
       * Text has one CIDR a line; JSON is a list of strings.
       */
      format: 'Text' | 'JSON';
    }[];
  };
  /**
   * Accept CIDRs wider than /8 (IPv4) or /16 (IPv6), 0.0.0.0/0 and ::/0 among them.
   */
  allowAnywhere: boolean;
  /**
   * Protection against removing too much at once.
   */
  guard: {
    /**
     * Entries are only added, not removed, while a change would remove more than this share of the set's rules and entries in one account and region. Without it, removals are not capped.
     */
    maxRemovalPercent?: number;
    /**
     * How long an address that discovery no longer finds stays in the set.
     */
    grace: string;
  };
  /**
   * Enforce writes to AWS. Plan writes nothing and shows in status.plan what would be written.
   */
  mode: 'Enforce' | 'Plan';
  /**
   * What becomes of the rules when the set is deleted. Delete revokes them; Retain leaves them in place, without Sallyport's mark.
   */
  deletionPolicy: 'Delete' | 'Retain';
}

export interface CidrSetStatus {
  /**
   * The generation of spec that this status is about.
   */
  observedGeneration?: number;
  /**
   * How many CIDRs the set has, those found and those of included sets among them.
   */
  cidrs?: number;
  /**
   * How many CIDRs are left to write when contained and adjacent ones are joined.
   */
  cidrsWritten?: number;
  /**
   * How many security groups the targets select.
   */
  groups?: number;
  /**
   * How many of the rules that the set wants exist, whoever made them.
   */
  rules?: number;
  /**
   * How many of these were made by others and are left alone.
   */
  foreignRules?: number;
  /**
   * How many changes the last look found that could not or must not be made.
   */
  drift?: number;
  /**
   * The set in each account and region; the first 50, those with problems first.
   */
  scopes?: {
    /**
     * The AwsAccount.
     */
    account: string;
    /**
     * One of its regions.
     */
    region: string;
    /**
     * How many security groups it is to be let in to there.
     */
    groups: number;
    /**
     * How many of the wanted rules exist there.
     */
    rules: number;
    /**
     * How many of these were made by others.
     */
    foreignRules: number;
    /**
     * How many changes could not or must not be made.
     */
    drift: number;
    /**
     * InSync, or what keeps it from being so.
     */
    reason: string;
    /**
     * What the matter is, and what to do.
     */
    message?: string;
  }[];
  /**
   * How many scopes the list leaves out.
   */
  scopesOmitted?: number;
  /**
   * What each source gives, in each account and region; the first 50, those with problems first.
   */
  sources?: {
    /**
     * e.g. natGateways/runners or http/github.
     */
    name: string;
    /**
     * The AwsAccount.
     */
    account?: string;
    /**
     * One of its regions.
     */
    region?: string;
    /**
     * How many it gives, those that are kept though it no longer gives them among them.
     */
    cidrs: number;
    /**
     * How many are no longer found and stay until guard.grace is over.
     */
    leaving?: number;
    /**
     * Read, or what keeps it from being so.
     */
    reason: string;
    /**
     * What the matter is, and what to do.
     */
    message?: string;
    /**
     * When it was last read whole, if it is not now.
     */
    lastRead?: string;
  }[];
  /**
   * How many sources the list leaves out.
   */
  sourcesOmitted?: number;
  /**
   * What was made for the set besides rules; the first 50.
   */
  objects?: {
    /**
     * prefixLists, wafIpSets, eksPublicAccess, networkPolicies or configMaps.
     */
    target: string;
    /**
     * The AwsAccount; absent for what is in the cluster.
     */
    account?: string;
    /**
     * One of its regions.
     */
    region?: string;
    /**
     * AWS's id or ARN, or the namespace and name in the cluster.
     */
    id: string;
    /**
     * What people know it by.
     */
    name: string;
    /**
     * How many CIDRs it holds.
     */
    entries: number;
  }[];
  /**
   * How many objects the list leaves out.
   */
  objectsOmitted?: number;
  /**
   * What would be written, when mode is Plan. The counts are exact; the list is cut.
   */
  plan?: {
    /**
     * Rules, entries and objects to add.
     */
    add?: number;
    /**
     * What gets another description or size.
     */
    change?: number;
    /**
     * Rules, entries and objects to remove.
     */
    remove?: number;
    /**
     * The first 100 changes, a line each.
     */
    operations?: string[];
    /**
     * How many changes the list leaves out.
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

/** A named set of CIDRs, and the security groups that let it in. Sallyport writes the rules in every account and region that the targets select, looks again each minute, and puts back what drifted. Rules made by others are counted and left alone. */
export interface CidrSet {
  apiVersion: 'sallyport.dev/v1alpha1';
  kind: 'CidrSet';
  metadata: ObjectMeta;
  spec: CidrSetSpec;
  status?: CidrSetStatus;
}

export const cidrsets: Resource<CidrSet> = {
  group: 'sallyport.dev',
  version: 'v1alpha1',
  plural: 'cidrsets',
  kind: 'CidrSet',
  namespaced: false,
};
