import type { Permission } from '../permission.js';
import { DESCRIPTIONS, filled, ROLE_NAME, roleTemplate } from './role.js';

/** A module for the AWS provider. JSON is an expression of HCL, with templates in its strings. */
export function terraform(permissions: readonly Permission[], ownerId: string | undefined): string {
  const { trust, policies } = roleTemplate(permissions, ownerId, {
    partition: filled('data.aws_partition.current.partition'),
    principal: filled('var.principal'),
    externalId: filled('var.external_id'),
  });
  const blocks = [
    variable('principal', DESCRIPTIONS.principal),
    variable('external_id', DESCRIPTIONS.externalId),
    variable('role_name', DESCRIPTIONS.roleName, ROLE_NAME),
    block('data "aws_partition" "current"', {}),
    block('resource "aws_iam_role" "sallyport"', { name: 'var.role_name', assume_role_policy: json(trust) }),
    ...policies.flatMap((document, index) => {
      const part = `part_${index + 1}`;
      return [
        block(`resource "aws_iam_policy" "${part}"`, {
          name: `"${filled('var.role_name')}-${index + 1}"`,
          policy: json(document),
        }),
        block(`resource "aws_iam_role_policy_attachment" "${part}"`, {
          role: 'aws_iam_role.sallyport.name',
          policy_arn: `aws_iam_policy.${part}.arn`,
        }),
      ];
    }),
    block('output "role_arn"', { value: 'aws_iam_role.sallyport.arn' }),
  ];
  return blocks.join('\n');
}

function variable(name: string, description: string, byDefault?: string): string {
  return block(`variable "${name}"`, {
    description: `"${description}"`,
    type: 'string',
    ...(byDefault && { default: `"${byDefault}"` }),
  });
}

/** Arguments are expressions, laid out as `terraform fmt` has them. */
function block(head: string, args: Record<string, string>): string {
  const names = Object.keys(args);
  if (names.length === 0) return `${head} {}\n`;
  const aligned = Object.values(args).every((expression) => !expression.includes('\n'));
  const width = aligned ? Math.max(...names.map((name) => name.length)) : 0;
  const lines = Object.entries(args).map(([name, expression]) => `  ${name.padEnd(width)} = ${expression}`);
  return `${head} {\n${lines.join('\n')}\n}\n`;
}

function json(document: object): string {
  const text = JSON.stringify(document, null, 2).replaceAll(/^( *"[^"]+"): /gm, '$1 : ');
  return `jsonencode(${text.replaceAll('\n', '\n  ')})`;
}
