import type { Permission } from '../permission.js';
import { type PolicyDocument, policiesFor } from '../policy.js';
import { accountTrust, type TrustDocument } from '../trust.js';

/** What differs by account, as the template's own expressions. */
interface Expressions {
  partition: string;
  principal: string;
  externalId: string;
}

/** The documents of the role in each account. */
export function roleTemplate(
  permissions: readonly Permission[],
  ownerId: string | undefined,
  { partition, principal, externalId }: Expressions,
): { trust: TrustDocument; policies: PolicyDocument[] } {
  return { trust: accountTrust(principal, externalId), policies: policiesFor(permissions, { ownerId, partition }) };
}

export const ROLE_NAME = 'sallyport';

export const DESCRIPTIONS = {
  principal: "ARN of Sallyport's own role",
  externalId: 'spec.externalId of the AwsAccounts',
  roleName: 'Name of the role: spec.roleArn of the AwsAccounts ends with it',
};

/** An expression inside a string: Terraform and CloudFormation write it the same. */
export function filled(expression: string): string {
  return `\${${expression}}`;
}
