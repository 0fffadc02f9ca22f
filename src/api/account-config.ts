import type { AccountConfig } from '../aws/session.js';
import type { AwsAccount } from './aws-account.gen.js';

/** What a session needs to know of an AwsAccount. */
export function accountConfig({ metadata, spec }: AwsAccount): AccountConfig {
  const { accountId, roleArn, externalId, regions } = spec;
  return {
    name: metadata.name,
    accountId,
    regions,
    ...(roleArn !== undefined && { roleArn }),
    ...(externalId !== undefined && { externalId }),
  };
}
