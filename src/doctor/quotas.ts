import { scopeKey } from '../aws/scope.js';
import type { QuotaUse } from '../cidr-set/facts.js';
import { NEAR } from '../cidr-set/headroom.js';
import { plural } from '../plural.js';
import type { RegionFacts } from './accounts/region.js';
import type { Finding } from './finding.js';

/** AWS: rules of a group times groups of an interface may not be more. */
const RULES_PER_INTERFACE = 1000;
const RULES_QUOTA = 'L-0EA8095F';

/** @param regions those that could be looked at */
export function quotaFindings(regions: readonly RegionFacts[]): Finding[] {
  const findings = regions.flatMap((region) => [
    ...unread(region),
    ...exceeded(region),
    ...near(region),
    ...ofAccount(region),
  ]);
  const read = regions.filter(({ room }) => room.unread === undefined);
  if (findings.some(({ level }) => level === 'failure' || level === 'warning') || read.length === 0) return findings;
  const groups = new Set(
    read.flatMap(({ scope, room }) => room.uses.map(({ object }) => `${scopeKey(scope)} ${object}`)),
  );
  const message = `${plural(groups.size, 'group')} of sets, none above ${NEAR * 100} % of its quota`;
  return [{ check: 'quotas', subject: 'security groups', level: 'ok', message }, ...findings];
}

function unread({ scope, room }: RegionFacts): Finding[] {
  if (room.unread === undefined) return [];
  const message = `the groups of ${scopeKey(scope)} can't be read: ${room.unread}`;
  return [{ check: 'quotas', subject: scopeKey(scope), level: 'unchecked', message, next: 'sallyport iam policy' }];
}

function exceeded({ scope, room }: RegionFacts): Finding[] {
  const next = `${raise(scope.region)}; or sallyport plan --account ${scope.account}`;
  return room.exceeded.map((message) => ({
    check: 'quotas',
    subject: scopeKey(scope),
    level: 'failure',
    message: `${scopeKey(scope)}: ${message}`,
    next,
  }));
}

function near({ scope, room }: RegionFacts): Finding[] {
  const full = room.uses.filter(({ used, quota }) => used <= quota && used >= NEAR * quota);
  return full.map((use) => ({
    check: 'quotas',
    subject: `${scopeKey(scope)} ${use.object}`,
    level: 'warning',
    message: `${scopeKey(scope)} ${use.object} is nearly full: ${useText(use)}`,
    next: `write via: Auto for the target, which takes a prefix list where rules don't fit; or ${raise(scope.region)}`,
  }));
}

function useText({ used, quota, what }: QuotaUse): string {
  return `${used} of ${quota} ${what}`;
}

/** A proposal that AWS can grant. */
function raise(region: string): string {
  return `aws service-quotas request-service-quota-increase --service-code vpc --quota-code ${RULES_QUOTA} --desired-value 100 --region ${region}`;
}

function ofAccount({ scope, room: { quotas, declared } }: RegionFacts): Finding[] {
  const about = { check: 'quotas', subject: scopeKey(scope) } as const;
  const { rulesPerSecurityGroup: rules, securityGroupsPerInterface: groups, source } = quotas;
  const findings: Finding[] = [];
  if (source === 'Default' && declared === undefined) {
    const message = `Service Quotas can't be read in ${scopeKey(scope)}, so ${rules} rules a group count`;
    const next = 'allow servicequotas:GetServiceQuota, or write spec.rulesPerSecurityGroup of the AwsAccount';
    findings.push({ ...about, level: 'note', message, next });
  }
  if (source === 'ServiceQuotas' && declared !== undefined && declared > rules) {
    const message = `AwsAccount ${scope.account} says ${declared} rules a group, and AWS grants ${rules} in ${scope.region}`;
    const next = `take spec.rulesPerSecurityGroup out of the AwsAccount; or ${raise(scope.region)}`;
    findings.push({ ...about, level: 'warning', message, next });
  }
  const most = (declared ?? rules) * groups;
  if (most > RULES_PER_INTERFACE) {
    const message = `${declared ?? rules} rules a group and ${groups} groups an interface are ${most} in ${scopeKey(scope)}; AWS lets an interface have ${RULES_PER_INTERFACE}`;
    findings.push({ ...about, level: 'warning', message, next: 'lower one of the two quotas' });
  }
  return findings;
}
