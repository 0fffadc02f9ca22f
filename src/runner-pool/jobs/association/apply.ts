import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  UntagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { AwsResult } from '../../../aws/call.js';
import type { EksScope } from '../../../aws/services.js';
import type { AssociationOperation } from './plan.js';

/** Safe to repeat after another look. */
export async function applyAssociation(eks: EksScope, operation: AssociationOperation): Promise<AwsResult<unknown>> {
  const { cluster: clusterName, namespace, serviceAccount } = operation.subject;
  switch (operation.action) {
    case 'CreatePodIdentityAssociation': {
      const { roleArn, tags } = operation;
      return eks.send(
        new CreatePodIdentityAssociationCommand({ clusterName, namespace, serviceAccount, roleArn, tags }),
      );
    }
    case 'UpdatePodIdentityAssociation': {
      const { id: associationId, roleArn } = operation;
      return eks.send(new UpdatePodIdentityAssociationCommand({ clusterName, associationId, roleArn }));
    }
    case 'DeletePodIdentityAssociation':
      return eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId: operation.id }));
    case 'UntagResource':
      return eks.send(new UntagResourceCommand({ resourceArn: operation.arn, tagKeys: operation.tagKeys }));
  }
}
