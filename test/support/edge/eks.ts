import { randomUUID } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { type Actions, type EdgeCall, json, Refusal } from './call.js';
import { pageOf } from './page.js';
import { PodIdentity } from './pod-identity.js';
import type { Settling } from './settling.js';

interface EndpointAccess {
  endpointPublicAccess: boolean;
  endpointPrivateAccess: boolean;
  publicAccessCidrs: string[];
}

interface Update {
  id: string;
  type: 'EndpointAccessUpdate';
  status: 'InProgress' | 'Successful' | 'Failed';
  params: { type: string; value: string }[];
  /** Seconds. */
  createdAt: number;
  errors: { errorCode: string; errorMessage: string }[];
}

interface Cluster {
  name: string;
  arn: string;
  status: 'ACTIVE' | 'UPDATING';
  version: string;
  /** Seconds. */
  createdAt: number;
  endpoint: string;
  resourcesVpcConfig: EndpointAccess & { subnetIds: string[]; vpcId: string };
  kubernetesNetworkConfig: { ipFamily: 'ipv4' | 'ipv6' };
  tags: Record<string, string>;
}

/** The parameters of the actions below. */
interface Input {
  name?: string;
  updateId?: string;
  resourcesVpcConfig?: Partial<Cluster['resourcesVpcConfig']>;
  kubernetesNetworkConfig?: Partial<Cluster['kubernetesNetworkConfig']>;
  resourceArn?: string;
  tags?: Record<string, string>;
  tagKeys?: string | string[];
  maxResults?: string;
  nextToken?: string;
  clientRequestToken?: string;
}

/** https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html: public endpoint access CIDR ranges. */
const MAX_CIDRS = 40;
const RESERVED: string[] = ['private', 'uniqueLocal', 'carrierGradeNat', 'linkLocal', 'loopback', 'multicast'];

/** Clusters and their endpoints' access lists; moto's have no updates, and a change makes it forget the subnets. */
export class Eks {
  readonly #settling: Settling;
  readonly #clusters = new Map<string, Cluster>();
  readonly #updates = new Map<string, Update>();
  readonly #podIdentity = new PodIdentity((call) => this.#cluster(call));

  constructor(settling: Settling) {
    this.#settling = settling;
  }

  empty(): void {
    this.#clusters.clear();
    this.#updates.clear();
    this.#podIdentity.empty();
  }

  /** Tags of a cluster or an association, by ARN. */
  tagsOf(arn: string): Map<string, string> | undefined {
    const found = this.#clusters.get(arn) ?? this.#podIdentity.get(arn);
    return found && new Map(Object.entries(found.tags));
  }

  readonly actions: Actions = {
    ...this.#podIdentity.actions,

    /**
     * Active at once. The endpoint of a new cluster of the family IPv6 is dual-stack, and its name shows it.
     * https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
     * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
     */
    CreateCluster: (call) => {
      const { accountId, region } = call;
      const { name = '', resourcesVpcConfig, kubernetesNetworkConfig, tags = {} } = inputOf(call);
      const arn = `arn:aws:eks:${region}:${accountId}:cluster/${name}`;
      if (this.#clusters.has(arn)) throw new Refusal(409, 'ResourceInUseException', `Cluster already exists: ${name}`);
      const ipFamily = kubernetesNetworkConfig?.ipFamily ?? 'ipv4';
      const host = ipFamily === 'ipv6' ? `${region}.api.aws` : `gr7.${region}.eks.amazonaws.com`;
      const cluster: Cluster = {
        name,
        arn,
        status: 'ACTIVE',
        version: '1.36',
        createdAt: Date.now() / 1000,
        endpoint: `https://${randomUUID()}.${host}`,
        resourcesVpcConfig: {
          subnetIds: [],
          vpcId: '',
          endpointPublicAccess: true,
          endpointPrivateAccess: false,
          publicAccessCidrs: ['0.0.0.0/0'],
          ...resourcesVpcConfig,
        },
        kubernetesNetworkConfig: { ipFamily },
        tags,
      };
      this.#clusters.set(arn, cluster);
      return json({ cluster });
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html */
    DescribeCluster: async (call) => {
      const cluster = this.#cluster(call);
      const answer = json({ cluster });
      await this.#settling.seen(cluster.arn);
      return answer;
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html */
    ListClusters: (call) => {
      const { maxResults, nextToken } = inputOf(call);
      const names = [...this.#clusters.values()].flatMap(({ name, arn }) => (arn === arnOf(call, name) ? [name] : []));
      const { items, next } = pageOf(names, maxResults, nextToken);
      return json({ clusters: items, nextToken: next });
    },

    /**
     * Slow, one at a time, and refused where it would change nothing, which isn't documented. A client token that comes
     * again has its first answer.
     * https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
     * https://github.com/aws-controllers-k8s/community/issues/1192
     * https://github.com/eksctl-io/eksctl/issues/4043
     */
    UpdateClusterConfig: async (call) => {
      const cluster = this.#cluster(call);
      const { resourcesVpcConfig: asked = {}, clientRequestToken } = inputOf(call);
      const id = clientRequestToken ?? randomUUID();
      const again = this.#updates.get(updateKey(cluster, id));
      if (again) return json({ update: again });
      if (cluster.status === 'UPDATING') {
        const message = `Cannot EndpointAccessUpdate because cluster ${cluster.name} currently has an update in progress`;
        throw new Refusal(409, 'ResourceInUseException', message);
      }
      const wanted = { ...cluster.resourcesVpcConfig, ...asked };
      checkCidrs(wanted.publicAccessCidrs, cluster.kubernetesNetworkConfig.ipFamily);
      if (accessOf(wanted) === accessOf(cluster.resourcesVpcConfig)) {
        throw invalid(`Cluster is already at the desired configuration with ${accessOf(wanted)}`);
      }
      const update: Update = {
        id,
        type: 'EndpointAccessUpdate',
        status: 'InProgress',
        params: Object.entries(asked).map(([type, value]) => ({
          type: `${type[0]?.toUpperCase()}${type.slice(1)}`,
          value: JSON.stringify(value),
        })),
        createdAt: Date.now() / 1000,
        errors: [],
      };
      this.#updates.set(updateKey(cluster, id), update);
      cluster.status = 'UPDATING';
      const answer = json({ update });
      await this.#settling.begin(cluster.arn, (ok) => {
        cluster.status = 'ACTIVE';
        update.status = ok ? 'Successful' : 'Failed';
        if (ok) cluster.resourcesVpcConfig = wanted;
        else update.errors.push({ errorCode: 'Unknown', errorMessage: 'The update failed' });
      });
      return answer;
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html */
    DescribeUpdate: async (call) => {
      const cluster = this.#cluster(call);
      const { updateId = '' } = inputOf(call);
      const update = this.#updates.get(updateKey(cluster, updateId));
      if (!update) throw new Refusal(404, 'ResourceNotFoundException', `No update found for ID: ${updateId}`);
      const answer = json({ update });
      await this.#settling.seen(cluster.arn);
      return answer;
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_ListTagsForResource.html */
    ListTagsForResource: (call) => json({ tags: this.#tagged(call).tags }),

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html */
    TagResource: (call) => {
      Object.assign(this.#tagged(call).tags, inputOf(call).tags);
      return json({});
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_UntagResource.html */
    UntagResource: (call) => {
      const { tags } = this.#tagged(call);
      for (const key of [inputOf(call).tagKeys ?? []].flat()) delete tags[key];
      return json({});
    },
  };

  #cluster(call: EdgeCall): Cluster {
    const { name = '' } = inputOf(call);
    const cluster = this.#clusters.get(arnOf(call, name));
    if (cluster) return cluster;
    throw new Refusal(404, 'ResourceNotFoundException', `No cluster found for name: ${name}.`);
  }

  #tagged(call: EdgeCall): Pick<Cluster, 'tags'> {
    const { resourceArn = '' } = inputOf(call);
    const association = this.#podIdentity.get(resourceArn);
    if (association) return association;
    const cluster = this.#clusters.get(resourceArn);
    if (cluster && arnOf(call, cluster.name) === resourceArn) return cluster;
    throw new Refusal(404, 'NotFoundException', 'Resource was not found');
  }
}

function inputOf({ input }: EdgeCall): Input {
  return input;
}

function arnOf({ region, accountId }: EdgeCall, name: string): string {
  return `arn:aws:eks:${region}:${accountId}:cluster/${name}`;
}

function updateKey({ arn }: Cluster, id: string): string {
  return `${arn} ${id}`;
}

/**
 * Only a cluster of the family IPv6 takes IPv6; none takes reserved addresses. AWS refuses those for documentation too:
 * here they stand for public ones.
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 * https://docs.aws.amazon.com/eks/latest/userguide/config-cluster-endpoint.html
 */
function checkCidrs(cidrs: string[], ipFamily: 'ipv4' | 'ipv6'): void {
  if (cidrs.length > MAX_CIDRS) throw invalid(`The maximum number of CIDRs is ${MAX_CIDRS}`);
  const malformed = cidrs.filter((cidr) => !ipaddr.isValidCIDR(cidr) || (cidr.includes(':') && ipFamily === 'ipv4'));
  if (malformed.length > 0) throw invalid(`The following CIDRs are invalid in publicAccessCidrs: [${malformed}]`);
  const reserved = cidrs.filter((cidr) => RESERVED.includes(ipaddr.parseCIDR(cidr)[0].range()));
  if (reserved.length > 0) throw invalid(`The following CIDRs are not allowed in publicAccessCidrs: [${reserved}]`);
}

/** In the words of the error. The order of CIDRs doesn't count. */
function accessOf({ endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs }: EndpointAccess): string {
  const cidrs = [...publicAccessCidrs].sort().join(', ');
  return (
    `endpointPrivateAccess: ${endpointPrivateAccess} , endpointPublicAccess: ${endpointPublicAccess}, ` +
    `and Public Endpoint Restrictions: [${cidrs}]`
  );
}

function invalid(message: string): Refusal {
  return new Refusal(400, 'InvalidParameterException', message);
}
