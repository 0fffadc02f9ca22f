import type { AwsAccount } from '../../api/aws-account.gen.js';
import type { AwsError } from '../../aws/errors.js';
import { cut } from '../../cut.js';
import { groupBy } from '../../group-by.js';
import { plural } from '../../plural.js';
import { lateFinding } from '../check.js';
import type { Finding } from '../finding.js';
import type { AccountFacts } from './account.js';
import type { PermissionFact } from './permissions.js';
import type { RegionFacts } from './region.js';

export function accountFindings({ account, identity, regions }: AccountFacts, deadlineMs: number): Finding[] {
  const { name } = account.metadata;
  const subject = `AwsAccount/${name}`;
  if (!identity) return [lateFinding('accounts', subject, deadlineMs)];
  if (!identity.ok) return [identityFinding(account, identity.error)];
  const entered: Finding = {
    check: 'accounts',
    subject,
    level: 'ok',
    message: `${name} (${account.spec.accountId}) can be entered`,
  };
  const unread = Object.entries(regions).flatMap(([region, result]): Finding[] => {
    if (!result) return [lateFinding('accounts', `${name}/${region}`, deadlineMs)];
    if (result.ok) return [];
    const place = `${name}/${region}`;
    const next = `see whether the account uses ${region}, or take it out of the AwsAccount's regions`;
    return [
      { check: 'accounts', subject: place, level: 'failure', message: `${place}: ${result.error.message}`, next },
    ];
  });
  return [entered, ...unread, ...permissionFindings(name, regionsRead({ regions }))];
}

export function regionsRead({ regions }: Pick<AccountFacts, 'regions'>): RegionFacts[] {
  return Object.values(regions).flatMap((result) => (result?.ok ? result.value : []));
}

function identityFinding({ metadata, spec, status }: AwsAccount, error: AwsError): Finding {
  const { name } = metadata;
  const about = { check: 'accounts', subject: `AwsAccount/${name}` } as const;
  const message = `${name} (${spec.accountId}) can't be entered: ${error.message}`;
  const operatorIsIn = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  if (error.class === 'WrongAccount' && !spec.roleArn) {
    const next = `give the AwsAccount a roleArn, or run doctor with credentials of ${spec.accountId}`;
    const own = `${name} has no roleArn: the operator is there as itself, and you are elsewhere`;
    return { ...about, level: 'unchecked', message: own, next };
  }
  if (error.class === 'WrongAccount') {
    return { ...about, level: 'failure', message, next: "correct the AwsAccount's accountId or roleArn" };
  }
  if (error.class !== 'Denied') return { ...about, level: 'failure', message, next: 'aws sts get-caller-identity' };
  if (operatorIsIn) {
    const next = `run it with the operator's credentials, or let yours in as sallyport iam trust shows`;
    return { ...about, level: 'unchecked', message: `${message}; the operator itself is let in`, next };
  }
  return {
    ...about,
    level: 'failure',
    message,
    next: "see who you are with aws sts get-caller-identity, and compare the role's trust policy with sallyport iam trust",
  };
}

function permissionFindings(account: string, regions: readonly RegionFacts[]): Finding[] {
  const subject = `AwsAccount/${account}`;
  const facts = regions.flatMap(({ scope, permissions }) =>
    permissions.map((fact) => ({ ...fact, region: scope.region })),
  );
  const actions = [...new Set(facts.map(({ action }) => action))];
  if (actions.length === 0) {
    return [{ check: 'permissions', subject, level: 'ok', message: `${account}: no resource asks for anything there` }];
  }
  const of = (result: PermissionFact['result']) => facts.filter((fact) => fact.result === result);
  const denied = groupBy(of('Denied'), actionOf);
  const allowed = groupBy(
    of('Allowed').filter(({ action }) => !denied.has(action)),
    actionOf,
  );
  const untried = groupBy(
    of('Untried').filter(({ action }) => !denied.has(action) && !allowed.has(action)),
    actionOf,
  );
  const counted = `${allowed.size} of ${plural(actions.length, 'action')}`;
  const findings: Finding[] = [
    ...(allowed.size > 0
      ? [{ check: 'permissions', subject, level: 'ok', message: `${account} allows ${counted}` } as const]
      : []),
    ...[...denied].map(([action, where]): Finding => {
      const regionsText = where.length < regions.length ? ` in ${where.map(({ region }) => region).join(', ')}` : '';
      const message = `${account} doesn't allow ${action}${regionsText}`;
      return {
        check: 'permissions',
        subject: `${subject} ${action}`,
        level: 'failure',
        message,
        next: 'sallyport iam policy',
      };
    }),
  ];
  if (untried.size === 0) return findings;
  return [...findings, untriedFinding(account, untried)];
}

function actionOf({ action }: PermissionFact): string {
  return action;
}

/** What no call shows that changes nothing, and what waits for something to try it on. */
function untriedFinding(account: string, untried: ReadonlyMap<string, readonly PermissionFact[]>): Finding {
  const reasons = groupBy(untried, ([, [fact]]) => fact?.why ?? 'only doing it would show');
  const parts = [...reasons].map(([why, all]) => {
    const actions = all.map(([action]) => action);
    return `${cut(actions, 2)} (${why})`;
  });
  const message = `${account}: not tried are ${parts.join('; ')}`;
  const next = 'compare with sallyport iam policy';
  return { check: 'permissions', subject: `AwsAccount/${account}`, level: 'unchecked', message, next };
}
