import type { AwsResult } from '../../aws/call.js';
import type { AwsScope } from '../../aws/services.js';
import { readTrials } from './reads.js';
import type { Subjects } from './subjects.js';
import type { Subject, Trial } from './trial.js';
import { writeTrials } from './writes.js';

/** What came of one IAM action in one account and region. */
export interface PermissionFact {
  /** `ec2:RevokeSecurityGroupIngress` */
  action: string;
  /** `Untried`: there is no call that shows it and changes nothing, or nothing to try it on. */
  result: 'Allowed' | 'Denied' | 'Untried';
  /** What there is nothing of to try it on; or the code of another failure. */
  why?: string;
}

const TRIALS = [...readTrials, ...writeTrials];

/** Tries each action as far as that changes nothing. @param actions what is needed there */
export async function tryPermissions(
  aws: AwsScope,
  actions: readonly string[],
  subjects: Subjects,
): Promise<PermissionFact[]> {
  const wanted = TRIALS.filter(({ actions: [own = ''] }) => actions.includes(own));
  const facts = (await Promise.all(wanted.map((each) => tryOut(each, aws, subjects)))).flat();
  const asked = new Set([...actions, ...facts.map(({ action }) => action)]);
  return [...asked].map((action) => worstOf(facts, action) ?? { action, result: 'Untried' });
}

/** An action may be tried on several things. */
function worstOf(facts: readonly PermissionFact[], action: string): PermissionFact | undefined {
  const own = (result: PermissionFact['result']) =>
    facts.find((fact) => fact.action === action && fact.result === result);
  return own('Denied') ?? own('Allowed') ?? own('Untried');
}

async function tryOut({ actions, on, send }: Trial, aws: AwsScope, subjects: Subjects): Promise<PermissionFact[]> {
  const missing = on.find((subject) => subjects[subject] === undefined);
  if (missing) return actions.map((action) => ({ action, result: 'Untried', why: NOTHING[missing] }));
  // What `on` names is there.
  return factsOf(actions, await send(aws, subjects as Required<Subjects>));
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html, DryRun */
export function factsOf(actions: readonly string[], answer: AwsResult<unknown>): PermissionFact[] {
  if (answer.ok || answer.error.code === 'DryRunOperation')
    return actions.map((action) => ({ action, result: 'Allowed' }));
  const { permission, code } = answer.error;
  // AWS names the first that it misses, and says nothing of the others.
  if (permission) {
    const others = actions.filter((action) => action !== permission);
    const why = `${permission} is asked for first`;
    return [
      { action: permission, result: 'Denied' },
      ...others.map((action) => ({ action, result: 'Untried', why }) as const),
    ];
  }
  return actions.map((action) => ({ action, result: 'Untried', why: `AWS answered ${code}` }));
}

const NOTHING: Record<Subject, string> = {
  group: 'no group is selected yet',
  ownRule: 'no rule is made yet',
  ownList: 'no prefix list is made yet',
  ownService: 'no endpoint service is made yet',
  ownEndpoint: 'no endpoint is made yet',
  ownGroup: 'no group is made yet',
  loadBalancer: 'no load balancer is known yet',
  serviceName: 'no endpoint service is known yet',
  vpc: 'no VPC is named by its id',
  zone: 'no zone is known yet',
  launchTemplate: 'no launch template is named',
  cluster: 'no EKS cluster is named',
};
