import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { permissions } from '../../../src/iam/permissions.js';
import { policiesFor } from '../../../src/iam/policy.js';
import { cloudFormation } from '../../../src/iam/templates/cloudformation.js';
import { terraform } from '../../../src/iam/templates/terraform.js';
import { accountTrust } from '../../../src/iam/trust.js';

const principal = 'arn:aws:iam::111111111111:role/hub';
const trust = accountTrust(principal, 'x1');
const policies = policiesFor(permissions, { ownerId: 'hub', partition: 'aws' });

function filled(text: string, names: Record<string, string>): string {
  return text.replaceAll(/\$\{([^}]+)\}/g, (whole, name) => names[name] ?? whole);
}

/** What HCL's jsonencode() is given here is JSON. */
it('Terraform gets the same documents, and attaches each', () => {
  const text = filled(terraform(permissions, 'hub'), {
    'var.principal': principal,
    'var.external_id': 'x1',
    'data.aws_partition.current.partition': 'aws',
  });
  const documents = [...text.matchAll(/jsonencode\((.*?)^ {2}\}\)$/gms)].map(([, json]) => JSON.parse(`${json}}`));
  expect(documents).toEqual([trust, ...policies]);
  expect(text.match(/^ {2}policy_arn = aws_iam_policy\.part_\d\.arn$/gm)).toHaveLength(policies.length);
});

it('CloudFormation gets the same documents, and attaches each', () => {
  const names = { Principal: principal, ExternalId: 'x1', RoleName: 'door', 'AWS::Partition': 'aws' };
  const resolve = (text: string) => filled(text, names);
  const { Resources, Parameters, Outputs } = parse(cloudFormation(permissions, 'hub'), {
    customTags: [{ tag: '!Sub', resolve }],
  });
  const { Role, ...parts } = Resources;
  expect(Role.Properties).toEqual({
    RoleName: 'door',
    AssumeRolePolicyDocument: trust,
    ManagedPolicyArns: policies.map((_, index) => `\${Policy${index + 1}}`),
  });
  expect(Object.values(parts)).toEqual(
    policies.map((PolicyDocument, index) => ({
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: `door-${index + 1}`, PolicyDocument },
    })),
  );
  expect(Object.keys(Parameters)).toEqual(['Principal', 'ExternalId', 'RoleName']);
  expect(Outputs.RoleArn.Value).toBe(`\${Role.Arn}`);
});
