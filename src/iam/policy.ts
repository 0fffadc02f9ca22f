import type { Condition, Permission } from './permission.js';

export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: readonly string[];
  Resource: '*' | readonly string[];
  /** By operator, and in it by key. */
  Condition?: Record<string, Record<string, string | readonly string[]>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: readonly Statement[];
}

export interface PolicyOptions {
  /** Whose marks count. Absent: those of any install. */
  ownerId?: string | undefined;
  /** `aws`, `aws-cn`, `aws-us-gov`, or what stands for it in a template. */
  partition: string;
}

/** Of a managed policy, white space not counted: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MAX_CHARACTERS = 6144;

/** The policy that grants the permissions: as few documents as AWS takes it in, in the same order. */
export function policiesFor(permissions: readonly Permission[], options: PolicyOptions): PolicyDocument[] {
  return partsOf(permissions, options.ownerId).map((part) => documentOf(part, options));
}

/** The longest name of a partition, so that parts are the same in all of them, and in templates. */
const LONGEST_PARTITION = 'aws-us-gov';

function partsOf(permissions: readonly Permission[], ownerId: string | undefined): Permission[][] {
  const fits = (part: Permission[]) =>
    JSON.stringify(documentOf(part, { ownerId, partition: LONGEST_PARTITION })).length <= MAX_CHARACTERS;
  const parts: Permission[][] = [];
  for (const permission of permissions) {
    const last = parts.at(-1);
    if (last && fits([...last, permission])) last.push(permission);
    else parts.push([permission]);
  }
  return parts;
}

function documentOf(permissions: readonly Permission[], options: PolicyOptions): PolicyDocument {
  return { Version: '2012-10-17', Statement: permissions.map((each) => statementFor(each, options)) };
}

function statementFor(
  { sid, actions, resources, conditions = [] }: Permission,
  { ownerId, partition }: PolicyOptions,
): Statement {
  const Condition: NonNullable<Statement['Condition']> = {};
  for (const condition of conditions) {
    const [operator, value] = termsOf(condition, ownerId);
    Condition[operator] = { ...Condition[operator], [condition.key]: value };
  }
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: resources.includes('*') ? '*' : resources.map((each) => `arn:${partition}:${each}`),
    ...(conditions.length > 0 && { Condition }),
  };
}

/** Operator and value. */
function termsOf(condition: Condition, ownerId: string | undefined): [string, string | readonly string[]] {
  if ('owner' in condition) return ownerId === undefined ? ['StringLike', '*'] : ['StringEquals', ownerId];
  const { operator, values } = condition;
  const [only, ...more] = values;
  return [operator, only !== undefined && more.length === 0 ? only : values];
}
