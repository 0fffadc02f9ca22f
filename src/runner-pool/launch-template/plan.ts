import { createHash } from 'node:crypto';
import type { CreateLaunchTemplateVersionRequest } from '@aws-sdk/client-ec2';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { objectKey } from '../../kube/resource.js';
import type { LaunchTemplate, Versions } from './versions.js';

/**
 * A version like the latest with other user data, and IMDSv2 for the node alone; undefined where the latest is so. Where
 * nodes need no user data, what the latest has stays. Which version is the default one is for whoever starts instances
 * by it to say.
 */
export function newVersion(
  pool: RunnerPool,
  { id }: LaunchTemplate,
  userData: string,
  { latest }: Versions,
): CreateLaunchTemplateVersionRequest | undefined {
  if (latest.guarded && (!userData || latest.userData === userData)) return undefined;
  const token = [pool.metadata.uid, id, `${latest.number}`, userData].join('\n');
  return {
    LaunchTemplateId: id,
    SourceVersion: `${latest.number}`,
    VersionDescription: `sallyport ${objectKey(pool.metadata)}`,
    ClientToken: createHash('sha256').update(token).digest('hex').slice(0, 64),
    LaunchTemplateData: {
      ...(userData && { UserData: Buffer.from(userData).toString('base64') }),
      MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    },
  };
}

/** That another pool, which was there before, writes the same launch template. */
export function claimedProblem(pool: RunnerPool, others: readonly RunnerPool[]): Problem | undefined {
  const template = pool.spec.nodes.launchTemplate;
  const [first] = others.filter((each) => isSame(each.spec.nodes.launchTemplate, template)).sort(byAge);
  if (!template || !first || objectKey(first.metadata) === objectKey(pool.metadata)) return undefined;
  const message = `launch template ${template.id} is that of RunnerPool ${objectKey(first.metadata)}, which was first; give each pool its own`;
  return { reason: 'LaunchTemplateTaken', message };
}

function isSame(one: LaunchTemplate | undefined, other: LaunchTemplate | undefined): boolean {
  return one?.id === other?.id && one?.account === other?.account && one?.region === other?.region;
}

function byAge({ metadata: one }: RunnerPool, { metadata: other }: RunnerPool): number {
  const [first, second] = [one, other].map((each) => `${each.creationTimestamp} ${objectKey(each)}`);
  return `${first}` < `${second}` ? -1 : 1;
}
