import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KarpenterObject } from '../../src/runner-pool/karpenter/objects.js';
import { ensureParts } from '../../tools/parts/ensure.js';
import type { ApiServer } from './api-server.js';
import { kindsServed } from './crds.js';

/** What Karpenter knows of a node when it writes the node's user data. */
export interface KarpenterNode {
  family: 'Bottlerocket' | 'AL2023' | 'AL2';
  userData: string;
  labels?: Record<string, string>;
  taints?: { key: string; value?: string; effect: string }[];
}

/** Karpenter's answer, and its error where it starts no node. */
export interface KarpenterAnswer {
  UserData: string;
  Error: string;
}

/** As long as EKS makes them. */
const CLUSTER = {
  clusterName: 'c'.repeat(100),
  clusterEndpoint: `https://${'0'.repeat(32)}.gr7.ap-southeast-2.eks.amazonaws.com`,
  clusterCIDR: '172.20.0.0/16',
  caBundle: Buffer.from('c'.repeat(1_107)).toString('base64'),
  clusterDNS: ['172.20.0.10'],
  maxPods: 110,
};

/** What Karpenter itself would start the nodes with. */
export async function startedByKarpenter(nodes: readonly KarpenterNode[]): Promise<KarpenterAnswer[]> {
  return asked(
    'user-data',
    nodes.map((node) => ({ ...CLUSTER, ...node })),
  );
}

/** What Karpenter compares nodes with, by kind, for each EC2NodeClass with its NodePool. */
export async function karpenterHashes(
  pairs: readonly (readonly KarpenterObject[])[],
): Promise<Record<'EC2NodeClass' | 'NodePool', string>[]> {
  return asked(
    'hashes',
    pairs.map((pair) => Object.fromEntries(pair.map((object) => [object.kind, object]))),
  );
}

async function asked<Answer>(command: string, questions: readonly object[]): Promise<Answer[]> {
  const { karpenter } = await ensureParts(['karpenter']);
  return new Promise((resolve, reject) => {
    const child = execFile(karpenter, [command], { maxBuffer: 2 ** 28 }, (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(questions));
  });
}

/** Applies Karpenter's own CRDs and waits until they are served. */
export async function applyKarpenterCrds(server: ApiServer): Promise<void> {
  const { karpenter } = await ensureParts(['karpenter']);
  const { stdout } = await promisify(execFile)(karpenter, ['crds'], { maxBuffer: 2 ** 24 });
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-karpenter-'));
  try {
    await writeFile(join(folder, 'crds.yaml'), stdout);
    await server.kubectl('apply', '--server-side', '-f', folder);
    await kindsServed(server);
  } finally {
    await rm(folder, { recursive: true });
  }
}
