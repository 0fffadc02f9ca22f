import type { CidrSetSpec } from '../../api/cidr-set.gen.js';
import type { Problem } from '../../api/problem.js';
import { scopeKey } from '../../aws/scope.js';
import type { DescribedCidr } from '../../net/aggregate.js';

export type Discover = NonNullable<CidrSetSpec['discover']>;
export const awsKinds = ['natGateways', 'elasticIps', 'vpcs'] as const satisfies (keyof Discover)[];
export type AwsSourceKind = (typeof awsKinds)[number];

/** What is read, fails and is remembered as a whole: a source of a set; those in AWS, in one account and region. */
export interface SourceRef {
  /** `natGateways/runners`, `http/github`. */
  name: string;
  /** The AwsAccount. */
  account?: string;
  region?: string;
}

/** `natGateways/runners in team-a/eu-west-1`: the source's key in maps, and its name for people. */
export function sourceText({ name, account, region }: SourceRef): string {
  return account && region ? `${name} in ${scopeKey({ account, region })}` : name;
}

/** The last attempt to read something; times in milliseconds. */
export type Reading<T> = { ok: true; value: T; at: number } | { ok: false; problem: Problem; lastRead?: number };

/** What is known of a source now. Without a reading it was not read since the operator started. */
export interface SourceState {
  ref: SourceRef;
  reading?: Reading<readonly DescribedCidr[]>;
  /** Something that its status tells although it could be read. */
  note?: Problem;
}
