import { Document, type Scalar, visit } from 'yaml';
import type { Permission } from '../permission.js';
import { DESCRIPTIONS, filled, ROLE_NAME, roleTemplate } from './role.js';

/** A template for a stack, or for a StackSet over many accounts: roles are global, so one region will do. */
export function cloudFormation(permissions: readonly Permission[], ownerId: string | undefined): string {
  const { trust, policies } = roleTemplate(permissions, ownerId, {
    partition: filled('AWS::Partition'),
    principal: filled('Principal'),
    externalId: filled('ExternalId'),
  });
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The role that Sallyport assumes in an account',
    Parameters: {
      Principal: { Type: 'String', Description: DESCRIPTIONS.principal },
      ExternalId: { Type: 'String', Description: DESCRIPTIONS.externalId },
      RoleName: { Type: 'String', Description: DESCRIPTIONS.roleName, Default: ROLE_NAME },
    },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: filled('RoleName'),
          AssumeRolePolicyDocument: trust,
          ManagedPolicyArns: policies.map((_, index) => filled(`Policy${index + 1}`)),
        },
      },
      ...Object.fromEntries(
        policies.map((PolicyDocument, index) => [
          `Policy${index + 1}`,
          {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: { ManagedPolicyName: `${filled('RoleName')}-${index + 1}`, PolicyDocument },
          },
        ]),
      ),
    },
    Outputs: { RoleArn: { Value: filled('Role.Arn') } },
  };
  const document = new Document(template, { aliasDuplicateObjects: false });
  visit(document, { Scalar: (_, node) => substitute(node) });
  return document.toString({ lineWidth: 0 });
}

/** What holds an expression is for CloudFormation to fill in. */
function substitute(node: Scalar): void {
  if (typeof node.value === 'string' && /\$\{/.test(node.value)) node.tag = '!Sub';
}
