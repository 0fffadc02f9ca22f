/** One AWS account in one region: the unit of reads, limits and plans. */
export interface Scope {
  /** Name of the AwsAccount. */
  account: string;
  /** Twelve digits. */
  accountId: string;
  region: string;
}

/** `shared/eu-west-1`: the scope's key in queues and maps, and its name for people. */
export function scopeKey({ account, region }: Pick<Scope, 'account' | 'region'>): string {
  return `${account}/${region}`;
}
