import type { Tag } from '@aws-sdk/client-ec2';

export type Tags = Record<string, string>;

/** So few that there are several pages of anything. */
const PAGE = 2;

/** EC2 says no, as it would. The operator must never ask for such a thing, for here nobody is faster than it. */
export class Refusal extends Error {
  readonly $metadata = { httpStatusCode: 400 };
  constructor(override readonly name: string) {
    super(name);
  }
}

export function pageOf<T>(items: readonly T[], token: string | undefined): { items: T[]; NextToken?: string } {
  const from = Number(token ?? 0);
  const to = from + PAGE;
  return { items: items.slice(from, to), ...(to < items.length && { NextToken: `${to}` }) };
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagsOf(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
