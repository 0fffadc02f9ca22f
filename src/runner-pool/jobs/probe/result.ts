/** What a probe saw. */
export interface ProbeResult {
  /** Addresses of metadata services that answered. */
  metadata: string[];
  /** Whom STS takes it for, by ARN, or why that isn't known; absent where no role was asked for. */
  identity?: { arn: string } | { error: string };
}

/** Whether a job has the role and no way to the node's credentials. */
export function isIsolated({ metadata, identity }: ProbeResult, roleArn?: string): boolean {
  return (
    metadata.length === 0 &&
    (!roleArn || (identity !== undefined && 'arn' in identity && isSessionOf(identity.arn, roleArn)))
  );
}

/** `arn:aws:sts::111111111111:assumed-role/ci-jobs/session` is one of `arn:aws:iam::111111111111:role/path/ci-jobs`. */
export function isSessionOf(arn: string, roleArn: string): boolean {
  const [, partition, , , account, role = ''] = roleArn.split(':');
  return arn.startsWith(`arn:${partition}:sts::${account}:assumed-role/${role.split('/').at(-1)}/`);
}
