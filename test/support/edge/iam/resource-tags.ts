import { DescribeTagsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { ListTagsForResourceCommand, type WAFV2Client } from '@aws-sdk/client-wafv2';
import type { EdgeCall } from '../call.js';
import type { TagHolder } from '../tags.js';

export interface TagSources {
  ec2(accountId: string, region: string): EC2Client;
  waf(accountId: string, region: string): WAFV2Client;
  /** What the edge itself keeps: of EC2 by id, of others by ARN. */
  holders: readonly TagHolder[];
}

/** The tags that a resource has, by its ARN; none where it is not there. */
export async function tagsOf(
  arn: string,
  { accountId, region }: EdgeCall,
  { ec2, waf, holders }: TagSources,
): Promise<ReadonlyMap<string, string>> {
  const [, , service] = arn.split(':');
  const key = service === 'ec2' ? (arn.split('/')[1] ?? '') : arn;
  for (const holder of holders) {
    const tags = holder.tagsOf(key, accountId);
    if (tags) return tags;
  }
  if (service === 'ec2') {
    const Filters = [{ Name: 'resource-id', Values: [key] }];
    const { Tags = [] } = await ec2(accountId, region).send(new DescribeTagsCommand({ Filters }));
    return mapOf(Tags);
  }
  if (service === 'wafv2') {
    const { TagInfoForResource } = await waf(accountId, region).send(
      new ListTagsForResourceCommand({ ResourceARN: arn }),
    );
    return mapOf(TagInfoForResource?.TagList ?? []);
  }
  return new Map();
}

function mapOf(tags: readonly { Key?: string | undefined; Value?: string | undefined }[]): Map<string, string> {
  return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
