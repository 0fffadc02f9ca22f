import {
  GetIPSetCommand,
  type IPSetSummary,
  ListIPSetsCommand,
  ListTagsForResourceCommand,
  type Scope as WafScope,
} from '@aws-sdk/client-wafv2';
import { OWNER_TAG } from '../../../api/marks.js';
import type { AwsResult } from '../../../aws/call.js';
import type { Wafv2Scope } from '../../../aws/services.js';
import { parseCidr } from '../../../net/cidr.js';
import type { TargetIo } from '../kind.js';
import { CLOUDFRONT_REGION } from './desired.js';
import { leftBy, markedSet } from './mark.js';
import type { ObservedIpSet } from './observed.js';

/** All IP sets of a scope, by name; those of this install with their addresses, for which each takes a call. */
export async function observeIpSets({ aws, scope, ownerId }: TargetIo): Promise<AwsResult<ObservedIpSet[]>> {
  const found: ObservedIpSet[] = [];
  const scopes: WafScope[] = scope.region === CLOUDFRONT_REGION ? ['REGIONAL', 'CLOUDFRONT'] : ['REGIONAL'];
  for (const Scope of scopes) {
    const listed = await aws.wafv2.all(
      (NextMarker) => new ListIPSetsCommand({ Scope, NextMarker, Limit: 100 }),
      (page) => page.IPSets,
    );
    if (!listed.ok) return listed;
    const read = await Promise.all(listed.value.map((summary) => readIpSet(aws.wafv2, Scope, summary, ownerId)));
    for (const each of read) {
      if (!each.ok) return each;
      found.push(each.value);
    }
  }
  return { ok: true, value: found };
}

async function readIpSet(
  waf: Wafv2Scope,
  Scope: WafScope,
  { Id = '', ARN = '', Name = '', LockToken = '', Description }: IPSetSummary,
  ownerId: string,
): Promise<AwsResult<ObservedIpSet>> {
  const set = markedSet(Description, ownerId);
  const ipSet = { id: Id, arn: ARN, name: Name, scope: Scope, lockToken: LockToken, addresses: [] };
  const left = leftBy(Description);
  if (left !== undefined) return readLeft(waf, { ...ipSet, set: left }, ownerId);
  if (set === undefined) return { ok: true, value: ipSet };
  const read = await waf.send(new GetIPSetCommand({ Scope, Id, Name }));
  if (!read.ok) return read;
  // IPv6 comes back spelled out.
  const addresses = (read.value.IPSet?.Addresses ?? []).map((text) => parseCidr(text)?.text ?? text);
  return { ok: true, value: { ...ipSet, set, addresses, lockToken: read.value.LockToken ?? LockToken } };
}

/** Ours for as long as it has the tag: whoever let go of it ended in between. */
async function readLeft(
  waf: Wafv2Scope,
  { set, ...ipSet }: ObservedIpSet & { set: string },
  ownerId: string,
): Promise<AwsResult<ObservedIpSet>> {
  const read = await waf.send(new ListTagsForResourceCommand({ ResourceARN: ipSet.arn }));
  if (!read.ok) return read;
  const tags = read.value.TagInfoForResource?.TagList ?? [];
  const isOurs = tags.some(({ Key, Value }) => Key === OWNER_TAG && Value === ownerId);
  return { ok: true, value: isOurs ? { ...ipSet, set, isLeft: true } : ipSet };
}
