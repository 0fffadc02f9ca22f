import { KubeConfig } from '@kubernetes/client-node';
import { type AwsAccount, type AwsAccountSpec, awsaccounts } from '../../src/api/aws-account.gen.js';
import { type CidrSet, type CidrSetSpec, cidrsets } from '../../src/api/cidr-set.gen.js';
import {
  type PrivateLinkEndpoint,
  type PrivateLinkEndpointSpec,
  privatelinkendpoints,
} from '../../src/api/private-link-endpoint.gen.js';
import { type RunnerPool, runnerpools } from '../../src/api/runner-pool.gen.js';
import { KubeClient } from '../../src/kube/client.js';
import type { Condition } from '../../src/kube/conditions.js';
import type { KubeObject, ObjectMeta } from '../../src/kube/resource.js';
import { type ApiServer, startApiServer } from './api-server.js';
import { companyAccounts } from './company.js';
import { applyCrds } from './crds.js';
import { eventually } from './eventually.js';
import type { Group } from './group.js';

/** What a person writes of an object: defaults are the API server's business. */
export interface Manifest {
  kind: 'AwsAccount' | 'CidrSet' | 'PrivateLinkEndpoint' | 'RunnerPool';
  metadata: ObjectMeta;
  spec: object;
}

/** A Kubernetes cluster that knows our kinds, and what a person does there. */
export interface Cluster {
  server: ApiServer;
  kubeConfig: KubeConfig;
  client: KubeClient;
  /** As `kubectl apply --server-side` does. */
  apply(...objects: Manifest[]): Promise<void>;
  set(name: string): Promise<CidrSet>;
  /**
   * As `kubectl wait` does: until a condition of `cidrset/office` begins with, or matches, `True InSync: 3 rules in 1
   * security groups`. What it says about an earlier spec doesn't count. Resolves to all it says.
   */
  told(object: string, words: string | RegExp, type?: string): Promise<string>;
  /** Of the namespace default. */
  endpoint(name: string): Promise<PrivateLinkEndpoint>;
  /** Resolves when they are gone. Without names, all. */
  deleteSets(...names: string[]): Promise<void>;
  /** Resolves when all PrivateLinkEndpoints are gone. */
  deleteEndpoints(): Promise<void>;
  stop(): Promise<void>;
}

const resources = {
  AwsAccount: awsaccounts,
  CidrSet: cidrsets,
  PrivateLinkEndpoint: privatelinkendpoints,
  RunnerPool: runnerpools,
};
const namespace = 'default';

export async function startCluster(): Promise<Cluster> {
  const server = await startApiServer();
  await applyCrds(server);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(server.kubeconfig);
  const client = new KubeClient(kubeConfig);

  async function condition(object: string, type: string): Promise<string> {
    const [kind, name = ''] = object.split('/');
    if (kind === 'awsaccount') return conditionText(await client.get(awsaccounts, { name }), type);
    if (kind === 'cidrset') return conditionText(await client.get(cidrsets, { name }), type);
    if (kind === 'runnerpool') return conditionText(await client.get(runnerpools, { namespace, name }), type);
    return conditionText(await client.get(privatelinkendpoints, { namespace, name }), type);
  }

  return {
    server,
    kubeConfig,
    client,
    async apply(...objects) {
      for (const { kind, metadata, spec } of objects) {
        await client.apply<KubeObject>(resources[kind], { metadata, spec }, { manager: 'person' });
      }
    },
    async set(name) {
      const found = await client.get(cidrsets, { name });
      if (!found) throw new Error(`there is no CidrSet ${name}`);
      return found;
    },
    async endpoint(name) {
      const found = await client.get(privatelinkendpoints, { namespace, name });
      if (!found) throw new Error(`there is no PrivateLinkEndpoint ${name}`);
      return found;
    },
    told: (object, words, type = 'Ready') =>
      eventually(async () => {
        const text = await condition(object, type);
        if (typeof words === 'string' ? text.startsWith(words) : words.test(text)) return text;
        throw new Error(`${object} tells of ${type}: ${text}\nawaited: ${words}`);
      }),
    async deleteSets(...names) {
      const named = async () => {
        const { items } = await client.list(cidrsets);
        return items.filter(({ metadata }) => names.length === 0 || names.includes(metadata.name));
      };
      for (const { metadata } of await named()) await client.delete(cidrsets, metadata);
      await eventually(async () => {
        const left = await named();
        if (left.length > 0) throw new Error(`not gone: ${JSON.stringify(left)}`);
      });
    },
    async deleteEndpoints() {
      const { items } = await client.list(privatelinkendpoints);
      for (const { metadata } of items) await client.delete(privatelinkendpoints, metadata);
      await eventually(async () => {
        const { items: left } = await client.list(privatelinkendpoints);
        if (left.length > 0) throw new Error(`not gone: ${JSON.stringify(left)}`);
      });
    },
    stop: () => server.stop(),
  };
}

function conditionText(
  object: AwsAccount | CidrSet | PrivateLinkEndpoint | RunnerPool | undefined,
  type: string,
): string {
  const conditions: Condition[] = object?.status?.conditions ?? [];
  const found = conditions.find((condition) => condition.type === type);
  if (!found) return 'nothing';
  const { status, reason, message, observedGeneration } = found;
  return `${observedGeneration === object?.metadata.generation ? '' : 'of an earlier spec: '}${status} ${reason}: ${message}`;
}

/** One of the company's accounts, in eu-west-1. */
export function awsAccount(name: string, spec: Partial<AwsAccountSpec> = {}): Manifest {
  const { accountId = '' } = companyAccounts.find((account) => account.name === name) ?? {};
  const roleArn = `arn:aws:iam::${accountId}:role/sallyport`;
  return { kind: 'AwsAccount', metadata: { name }, spec: { accountId, roleArn, regions: ['eu-west-1'], ...spec } };
}

/** One of the namespace default. */
export function privateLinkEndpoint(name: string, spec: Written<PrivateLinkEndpointSpec>): Manifest {
  return { kind: 'PrivateLinkEndpoint', metadata: { name, namespace }, spec };
}

type SecurityGroupTarget = NonNullable<NonNullable<CidrSetSpec['targets']>['securityGroups']>[number];
type Written<T> = T extends (infer Item)[]
  ? Written<Item>[]
  : T extends object
    ? { [K in keyof T]?: Written<T[K]> }
    : T;

type Spec = Written<Omit<CidrSetSpec, 'cidrs'>>;

/** A set of CIDRs, each by itself or with its description. */
export function cidrSet(
  name: string,
  cidrs: (string | { cidr: string; description: string })[],
  spec: Spec = {},
): Manifest {
  const list = cidrs.map((each) => (typeof each === 'string' ? { cidr: each } : each));
  return { kind: 'CidrSet', metadata: { name }, spec: { cidrs: list, ...spec } };
}

/** What lets a set into groups: at tcp/443, where `more` doesn't say otherwise. */
export function into(groups: Group | Group[], more: Written<SecurityGroupTarget> = {}) {
  const groupIds = [groups].flat().map(({ id }) => id);
  return { targets: { securityGroups: [{ name: 'gitlab', groupIds, ports: ['tcp/443'], ...more }] } } satisfies Spec;
}
