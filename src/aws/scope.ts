/** One AWS account in one region: the unit of reads, limits and plans. */
export interface Scope {
  /** Name of the AwsAccount. */
  account: string;
  /** Twelve digits. */
  accountId: string;
  region: string;
}

export function scopeKey(scope: Scope): string {
  return `${scope.account}/${scope.region}`;
}
