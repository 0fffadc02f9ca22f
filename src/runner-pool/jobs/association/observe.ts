import { DescribePodIdentityAssociationCommand, ListPodIdentityAssociationsCommand } from '@aws-sdk/client-eks';
import type { AwsResult } from '../../../aws/call.js';
import type { EksScope } from '../../../aws/services.js';

/** Whose credentials it gives: EKS has one association, or none, for each. */
export interface Subject {
  /** Name of the EKS cluster. */
  cluster: string;
  namespace: string;
  serviceAccount: string;
}

export interface ObservedAssociation {
  id: string;
  arn: string;
  roleArn: string;
  tags: Readonly<Record<string, string>>;
}

/** The subject's association, whoever made it; undefined where it has none, or its cluster is gone. */
export async function observeAssociation(
  eks: EksScope,
  { cluster: clusterName, namespace, serviceAccount }: Subject,
): Promise<AwsResult<ObservedAssociation | undefined>> {
  const none: AwsResult<undefined> = { ok: true, value: undefined };
  const listed = await eks.all(
    (nextToken) => new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount, nextToken }),
    ({ associations }) => associations,
  );
  if (!listed.ok) return listed.error.class === 'NotFound' ? none : listed;
  const [{ associationId } = {}] = listed.value;
  if (!associationId) return none;
  const described = await eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }));
  if (!described.ok) return described.error.class === 'NotFound' ? none : described;
  const { associationArn: arn = '', roleArn = '', tags = {} } = described.value.association ?? {};
  return { ok: true, value: { id: associationId, arn, roleArn, tags } };
}
