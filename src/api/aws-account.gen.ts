// Generated from crds/awsaccounts.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta, Resource } from '../kube/resource.js';

/**
 * Which account, and how to get there.
 */
export interface AwsAccountSpec {
  /**
   * The twelve digits of the account. Credentials that belong to any other account are refused.
   */
  accountId: string;
  /**
   * The role to assume in the account. Without it Sallyport acts as itself.
   */
  roleArn?: string;
  /**
   * The external id that the role's trust policy asks for. It is not a secret (AWS IAM guide, "access to third parties").
   */
  externalId?: string;
  /**
   * The regions to act in. Each is read and kept right on its own.
   *
   * @minItems 1
   * @maxItems 64
   */
  regions: string[];
  /**
   * The account's quota "Inbound or outbound rules per security group", which AWS counts for each direction and IP family. A group that would exceed it is left as it is. Without it, what Service Quotas says counts, or 60 where that can't be read.
   */
  rulesPerSecurityGroup?: number;
}

export interface AwsAccountStatus {
  /**
   * The generation of spec that this status is about.
   */
  observedGeneration?: number;
  /**
   * Who the credentials say we are there (sts:GetCallerIdentity).
   */
  arn?: string;
  /**
   * Ready says whether all is as declared; the others say why not.
   */
  conditions?: {
    type: string;
    status: 'True' | 'False' | 'Unknown';
    observedGeneration?: number;
    lastTransitionTime: string;
    reason: string;
    message: string;
  }[];
}

/** An AWS account that Sallyport may act in, and how it gets there. Labels on it are what other resources select accounts by. Deleting it takes the account out of Sallyport's hands and changes nothing in AWS. */
export interface AwsAccount {
  apiVersion: 'sallyport.dev/v1alpha1';
  kind: 'AwsAccount';
  metadata: ObjectMeta;
  spec: AwsAccountSpec;
  status?: AwsAccountStatus;
}

export const awsaccounts: Resource<AwsAccount> = {
  group: 'sallyport.dev',
  version: 'v1alpha1',
  plural: 'awsaccounts',
  kind: 'AwsAccount',
  namespaced: false,
};
