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
  };
  /**
   * Accept CIDRs wider than /8 (IPv4) or /16 (IPv6), 0.0.0.0/0 and ::/0 among them.
   */
  allowAnywhere: boolean;
  /**
   * Protection against removing too much at once.
   */
  guard?: {
    /**
     * Rules are only added, not removed, while a change would remove more than this share of the set's rules in one account and region. Without it, removals are not capped.
     */
    maxRemovalPercent?: number;
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
   * How many CIDRs the set has, those of included sets among them.
   */
  cidrs?: number;
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
   * How many rule changes the last look found that could not or must not be made.
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
    region: string;
    groups: number;
    rules: number;
    foreignRules: number;
    drift: number;
    /**
     * InSync, or what keeps it from being so.
     */
    reason: string;
    message?: string;
  }[];
  /**
   * How many scopes the list leaves out.
   */
  scopesOmitted?: number;
  /**
   * What would be written, when mode is Plan. The counts are exact; the list is cut.
   */
  plan?: {
    /**
     * Rules to add.
     */
    authorize?: number;
    /**
     * Rules that get another description.
     */
    update?: number;
    /**
     * Rules to remove.
     */
    revoke?: number;
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
