import type { PolicyDocument, Statement } from '../../../../src/iam/policy.js';

/** What IAM is asked about a call: most calls ask several times, once for each resource. */
export interface Question {
  /** `ec2:CreateTags` */
  action: string;
  /** ARN; `*` where the action knows no resource. */
  resource: string;
  /** Values of condition keys; those that AWS doesn't give are absent. */
  keys: Readonly<Record<string, readonly string[]>>;
}

/**
 * Whether some statement allows it. There are none that deny.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * @param tagsOf of a resource by its ARN; asked only where a condition is about them
 */
export async function isAllowed(
  policies: readonly PolicyDocument[],
  { action, resource, keys }: Question,
  tagsOf: (arn: string) => Promise<ReadonlyMap<string, string>>,
): Promise<boolean> {
  for (const statement of policies.flatMap(({ Statement }) => Statement)) {
    if (![statement.Action].flat().some((pattern) => isLike(action, pattern))) continue;
    if (![statement.Resource].flat().some((pattern) => isLike(resource, pattern))) continue;
    if (await holds(statement, keys, () => tagsOf(resource))) return true;
  }
  return false;
}

const RESOURCE_TAG = 'aws:ResourceTag/';

async function holds(
  { Condition = {} }: Statement,
  keys: Question['keys'],
  tags: () => Promise<ReadonlyMap<string, string>>,
): Promise<boolean> {
  for (const [operator, terms] of Object.entries(Condition)) {
    for (const [key, wanted] of Object.entries(terms)) {
      const tag = key.startsWith(RESOURCE_TAG) ? (await tags()).get(key.slice(RESOURCE_TAG.length)) : undefined;
      const given = key.startsWith(RESOURCE_TAG) ? (tag === undefined ? undefined : [tag]) : keys[key];
      if (!compare(operator, given, [wanted].flat())) return false;
    }
  }
  return true;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function compare(operator: string, given: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const [, forAll, comparison, ifExists] =
    /^(ForAllValues:)?(StringEquals|StringLike)(IfExists)?$/.exec(operator) ?? [];
  if (!comparison) throw new Error(`the edge can't evaluate the operator ${operator}`);
  if (given === undefined) return Boolean(forAll || ifExists);
  const matches = (value: string) =>
    wanted.some((each) => (comparison === 'StringLike' ? isLike(value, each) : value === each));
  return forAll ? given.every(matches) : given.some(matches);
}

/** `*` stands for any characters, `?` for one. */
function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
