// Generated from crds/runnerpools.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta, Resource } from '../kube/resource.js';

/**
 * The nodes, and what keeps jobs apart on them.
 */
export interface RunnerPoolSpec {
  /**
   * The PrivateLinkEndpoint of this namespace that nodes pull by; its hosts with `registry` get mirrors.
   */
  endpointRef?: {
    /**
     * Its name.
     */
    name: string;
  };
  /**
   * The nodes that jobs run on.
   */
  nodes: {
    /**
     * What their image is. Ubuntu is what Sysbox needs; of Custom nothing is assumed.
     */
    os: 'Bottlerocket' | 'AL2023' | 'Ubuntu' | 'Custom';
    /**
     * Who starts them: Karpenter; whoever uses the launch template; or whoever reads the user data from a ConfigMap.
     */
    provisioner: 'Karpenter' | 'LaunchTemplate' | 'UserDataOnly';
    /**
     * Yours, which ours is merged with: settings in TOML for Bottlerocket; a NodeConfig, a shell script or a MIME multi-part of both for AL2023; a shell script or cloud-config for Ubuntu.
     */
    userData?: string;
    /**
     * Labels of the nodes, besides the pool's own.
     */
    labels?: {
      [k: string]: string;
    };
    /**
     * Taints of the nodes, besides the pool's own, which keeps all other pods off.
     *
     * @maxItems 10
     */
    taints?: {
      /**
       * The key.
       */
      key: string;
      /**
       * The value.
       */
      value?: string;
      /**
       * What it does to pods that don't tolerate it.
       */
      effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
    }[];
    /**
     * How nodes pull images.
     */
    registries?: {
      /**
       * Registries that are pulled from elsewhere. They go before the PrivateLinkEndpoint's of the same name.
       *
       * @maxItems 20
       */
      mirrors?: {
        /**
         * The host in the images' names, e.g. docker.io, with a port where they have it.
         */
        registry: string;
        /**
         * Where to pull from instead, in this order.
         *
         * @minItems 1
         * @maxItems 5
         */
        endpoints: string[];
      }[];
      /**
       * Whether a node goes on to the registry itself where no mirror has the image.
       */
      fallback: 'Allow' | 'Deny';
      /**
       * Whom nodes pull as. Bottlerocket only, and in the clear in its user data.
       *
       * @minItems 1
       * @maxItems 10
       */
      credentials?: {
        /**
         * The host in the images' names, e.g. docker.io, with a port where they have it.
         */
        registry: string;
        /**
         * A Secret of type kubernetes.io/basic-auth in this namespace.
         */
        secretName: string;
      }[];
    };
    /**
     * CAs that nodes trust besides those of their image.
     *
     * @minItems 1
     * @maxItems 5
     */
    certificateAuthorities?: {
      /**
       * A name for it, unique in the list.
       */
      name: string;
      /**
       * One certificate or several.
       */
      pem: string;
    }[];
    /**
     * What Karpenter starts, as an EC2NodeClass and a NodePool.
     */
    karpenter?: {
      /**
       * The image.
       */
      ami: {
        /**
         * Of an image that EKS publishes, e.g. bottlerocket@v1.50.0. With @latest, each release replaces nodes.
         */
        alias?: string;
        /**
         * By its id.
         */
        id?: string;
        /**
         * The one that has all these AWS tags.
         */
        tags?: {
          [k: string]: string;
        };
        /**
         * By a parameter of SSM that has its id.
         */
        ssmParameter?: string;
      };
      /**
       * The nodes' IAM role, by name.
       */
      role: string;
      /**
       * Where nodes are started.
       */
      subnets: {
        /**
         * By their ids.
         *
         * @minItems 1
         * @maxItems 30
         */
        ids?: string[];
        /**
         * Those that have all these AWS tags.
         */
        tags?: {
          [k: string]: string;
        };
      };
      /**
       * The nodes' security groups.
       */
      securityGroups: {
        /**
         * By their ids.
         *
         * @minItems 1
         * @maxItems 30
         */
        ids?: string[];
        /**
         * Those that have all these AWS tags.
         */
        tags?: {
          [k: string]: string;
        };
      };
      /**
       * AWS tags for instances and their volumes.
       */
      tags?: {
        [k: string]: string;
      };
      /**
       * Which instances will do, in Karpenter's words. Without any, all that Karpenter knows.
       *
       * @maxItems 30
       */
      requirements?: {
        /**
         * A label, e.g. karpenter.sh/capacity-type.
         */
        key: string;
        /**
         * How its value is compared.
         */
        operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Gte' | 'Lt' | 'Lte';
        /**
         * With what.
         *
         * @maxItems 50
         */
        values?: string[];
      }[];
      /**
       * How much all nodes together may have, e.g. cpu and memory. Without it, there is no limit.
       */
      limits?: {
        [k: string]: string;
      };
      /**
       * When nodes go, and how many at once. A change of user data replaces them within these budgets.
       */
      disruption?: {
        /**
         * How long a node is left empty before it goes.
         */
        consolidateAfter: string;
        /**
         * What becomes of a change that replaces nodes. WithinBudgets makes it, and Karpenter goes on within the budgets. OnConfirm shows it in status.nodes.replacement and waits for your yes.
         */
        replacement: 'WithinBudgets' | 'OnConfirm';
        /**
         * How many nodes may be replaced at once. Without any, a tenth of them.
         *
         * @maxItems 20
         */
        budgets?: {
          /**
           * How many, or what part: 1, or 10%.
           */
          nodes: string;
          /**
           * When it begins to apply, as a cron line in UTC.
           */
          schedule?: string;
          /**
           * How long it applies then, e.g. 8h.
           */
          duration?: string;
          /**
           * For which reasons. Without any, for all.
           *
           * @maxItems 3
           */
          reasons?: ('Underutilized' | 'Empty' | 'Drifted')[];
        }[];
      };
      /**
       * How old a node gets.
       */
      expireAfter: string;
    };
    /**
     * The launch template that gets a new version when the user data has changed. All else is taken over from its latest one.
     */
    launchTemplate?: {
      /**
       * The AwsAccount.
       */
      account: string;
      /**
       * One of the account's regions.
       */
      region: string;
      /**
       * Its id.
       */
      id: string;
    };
  };
  /**
   * What keeps a job from its node and from other jobs.
   */
  isolation: {
    /**
     * Standard is the container runtime's own. UserNamespaces makes root in a job nobody on the node. Sysbox does so for jobs that run Docker or systemd. Custom is a RuntimeClass of yours.
     */
    type: 'Standard' | 'UserNamespaces' | 'Sysbox' | 'Custom';
    /**
     * The RuntimeClass.
     */
    runtimeClassName?: string;
    /**
     * Let jobs be privileged, whatever the type. It undoes what Standard keeps apart.
     */
    privileged: boolean;
  };
  /**
   * The runner manager, which asks GitLab for jobs and gives each a pod on the pool's nodes. Without it there is none.
   */
  gitlab?: {
    /**
     * GitLab's address, by the name that it has for people.
     */
    url: string;
    /**
     * The Secret of this namespace with the runner's authentication token. A new token replaces the manager.
     */
    tokenSecret: {
      /**
       * Its name.
       */
      name: string;
      /**
       * What the token is under.
       */
      key: string;
    };
    /**
     * How many jobs run at once. While a manager is replaced, those of its predecessor run besides.
     */
    concurrency: number;
    /**
     * The manager's image, of gitlab-runner 18.10 or later.
     */
    image: string;
    /**
     * The image of the helper in each job's pod. Without it, the one that gitlab-runner has for its version.
     */
    helperImage?: string;
    /**
     * The image of jobs that name none. Without it, they fail.
     */
    jobImage?: string;
    /**
     * What the container that a job runs in gets.
     */
    resources?: {
      /**
       * What its node has to have free.
       */
      requests?: {
        /**
         * Cores: 2, or 500m.
         */
        cpu?: string;
        /**
         * Bytes: 4Gi.
         */
        memory?: string;
        /**
         * Bytes on its node's disk: 20Gi.
         */
        ephemeralStorage?: string;
      };
      /**
       * What it can't go beyond.
       */
      limits?: {
        /**
         * Cores: 2, or 500m.
         */
        cpu?: string;
        /**
         * Bytes: 4Gi.
         */
        memory?: string;
        /**
         * Bytes on its node's disk: 20Gi.
         */
        ephemeralStorage?: string;
      };
    };
    /**
     * Where in S3 jobs keep their caches. They get addresses that the manager has signed, and no credentials; its own are those of its service account.
     */
    cache?: {
      /**
       * The bucket.
       */
      bucket: string;
      /**
       * Its region.
       */
      region: string;
      /**
       * What the names of its objects begin with.
       */
      path?: string;
      /**
       * The role of the manager, by IRSA.
       */
      roleArn?: string;
      /**
       * A Secret of this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
       */
      secretName?: string;
    };
    /**
     * How long a manager that is replaced may go on with the jobs that it runs; then they are lost.
     */
    shutdownGrace: string;
    /**
     * Your own config.toml, with at most one [[runners]], which ours is merged with.
     */
    config?: string;
  };
  /**
   * The one role that jobs have in AWS. Without it they have none.
   */
  aws?: {
    /**
     * Its ARN. `sallyport render trust-policy` prints what lets the jobs in, and nobody else.
     */
    roleArn: string;
    /**
     * How jobs come by it: IRSA, by the cluster's OIDC provider in IAM; PodIdentity, by an association that is made in EKS and by its agent on the nodes.
     */
    credentials: 'IRSA' | 'PodIdentity';
    /**
     * This cluster, as EKS knows it.
     */
    cluster?: {
      /**
       * The AwsAccount.
       */
      account: string;
      /**
       * One of the account's regions.
       */
      region: string;
      /**
       * Its name.
       */
      name: string;
    };
  };
  /**
   * Where jobs may go, besides the cluster's DNS. Nobody comes to them, and no metadata service answers them.
   */
  network: {
    /**
     * Only there. Without it, everywhere but to nodes and API server.
     *
     * @maxItems 20
     */
    allow?: {
      /**
       * A CidrSet, by name.
       */
      set: string;
      /**
       * At these ports: tcp/443, udp/3478-3481. Without any, at all of them.
       *
       * @minItems 1
       * @maxItems 10
       */
      ports?: string[];
    }[];
    /**
     * Let jobs go to the cluster's API server.
     */
    apiServer: boolean;
    /**
     * Let jobs go to the cluster's nodes.
     */
    nodes: boolean;
  };
  /**
   * With Refuse, the API server refuses each pod in the pool's namespace that has the network, process ids, IPC or folders of its node, and each pod of the pool with another service account than its jobs'. A policy for it is installed.
   */
  hostAccess: 'Refuse' | 'Ignore';
  /**
   * Enforce writes to AWS and to the cluster. Plan writes nothing and says in the conditions what would be written.
   */
  mode: 'Enforce' | 'Plan';
  /**
   * What becomes of what was made when the resource is deleted. Delete removes it; Retain leaves it in place, without Sallyport's mark.
   */
  deletionPolicy: 'Delete' | 'Retain';
  /**
   * What you know the risk of, by name. PrivilegedJobs: a job can take over its node. CredentialsInUserData: whoever reads a node's user data reads the credentials for its registries.
   *
   * @maxItems 2
   */
  acceptRisks: ('PrivilegedJobs' | 'CredentialsInUserData')[];
}

export interface RunnerPoolStatus {
  /**
   * The generation of spec that this status is about.
   */
  observedGeneration?: number;
  /**
   * The pool's nodes.
   */
  nodes?: {
    /**
     * How many take jobs: 3/4.
     */
    ready?: string;
    /**
     * How many are as they no longer should be, so that Karpenter replaces them.
     */
    drifted?: number;
    /**
     * What a change that waits, or is made now, does to the nodes there are.
     */
    replacement?: {
      /**
       * Fields that change.
       */
      because: string[];
      /**
       * How many nodes it replaces; where just some may have to go, at most.
       */
      count: number;
      /**
       * Which. The list is cut.
       */
      nodeClaims?: string[];
      /**
       * When they go.
       */
      when: string;
      /**
       * With OnConfirm: the value of the annotation sallyport.dev/confirm-replacement that says yes.
       */
      confirm?: string;
    };
    /**
     * With provisioner: LaunchTemplate, its versions.
     */
    launchTemplate?: {
      /**
       * The latest.
       */
      version: number;
      /**
       * The default one, which is yours to set.
       */
      default: number;
    };
  };
  /**
   * What nodes are started with.
   */
  userData?: {
    /**
     * Its size, with what the provisioner adds; EC2 takes 16384.
     */
    bytes: number;
    /**
     * With os: Custom, the files that your user data has to write for the mirrors.
     */
    files?: {
      /**
       * Where containerd reads it.
       */
      path: string;
      /**
       * What is in it.
       */
      content: string;
    }[];
  };
  /**
   * The runner manager.
   */
  manager?: {
    /**
     * How many of its pods are as declared and answer: 1/1.
     */
    pods: string;
  };
  /**
   * What jobs run as, and what was seen of it.
   */
  jobs?: {
    /**
     * Their service account, in the namespace of the pool.
     */
    serviceAccountName?: string;
    /**
     * The EKS clusters that may have an association of Pod Identity for them.
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
       * The EKS cluster.
       */
      name: string;
    }[];
    /**
     * Refuse, while there may be a policy that refuses it.
     */
    hostAccess?: string;
    /**
     * The Job whose result JobsIsolated tells.
     */
    proven?: string;
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

/** CI runners on nodes of their own, which have the mirrors, the certificates and the kernel settings that their jobs need, and nothing else. */
export interface RunnerPool {
  apiVersion: 'sallyport.dev/v1alpha1';
  kind: 'RunnerPool';
  metadata: ObjectMeta;
  spec: RunnerPoolSpec;
  status?: RunnerPoolStatus;
}

export const runnerpools: Resource<RunnerPool> = {
  group: 'sallyport.dev',
  version: 'v1alpha1',
  plural: 'runnerpools',
  kind: 'RunnerPool',
  namespaced: true,
};
