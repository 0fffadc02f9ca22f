import type { AwsResult } from '../../aws/call.js';
import type { Quotas } from '../../aws/quotas.js';
import { type Scope, scopeKey } from '../../aws/scope.js';
import type { Session } from '../../aws/session.js';
import type { QuotaUse } from '../../cidr-set/facts.js';
import { type SurveyOptions, surveyPlace } from '../../cidr-set/survey.js';
import type { ObservedScope } from '../../cidr-set/targets/kinds.js';
import type { ObservedGroup } from '../../cidr-set/targets/security-groups/observed.js';
import type { ControllerName } from '../../operator/controller-names.js';
import type { Declared } from '../../plan/merge.js';
import { quotaUses } from '../../plan/quotas.js';
import type { Hour } from '../clock.js';
import { askHour } from './hour.js';
import { actionsNeeded } from './needs.js';
import { type PermissionFact, tryPermissions } from './permissions.js';
import { subjectsIn } from './subjects.js';

/** What one account and region has. */
export interface RegionFacts {
  scope: Scope;
  permissions: readonly PermissionFact[];
  hours: readonly Hour[];
  room: RoomFacts;
}

export interface RoomFacts {
  /** Without the quota that the AwsAccount declares. */
  quotas: Quotas;
  declared?: number;
  /** Of the groups that sets are written to, once all is as declared. */
  uses: readonly QuotaUse[];
  /** Why groups couldn't be read. */
  unread?: string;
  /** What doesn't fit: the arithmetic. */
  exceeded: readonly string[];
}

export interface RegionOptions extends Omit<SurveyOptions, 'ownAddresses'> {
  declared: Declared;
  /** Those that run. */
  controllers: readonly ControllerName[];
}

/** Reads, and tries with DryRun. The account's credentials are known to be its own. */
export async function observeRegion(
  scope: Scope,
  session: Session,
  options: RegionOptions,
  signal: AbortSignal,
): Promise<AwsResult<RegionFacts>> {
  const { estate, declared, ownerId } = options;
  const place = estate.place(scopeKey(scope));
  if (!place) throw new Error(`no AwsAccount has ${scopeKey(scope)}`);
  const survey = await surveyPlace(place, estate.wishes(place), { ...options, ownAddresses: [] }, signal);
  if (!survey.ok) return survey;
  const { observed, plan, quotas } = survey.value;
  const changes = [...plan.operations.flatMap((operation) => operation.changes), ...plan.held];
  const touched = groupsOf(observed).filter(
    ({ id, rules }) => rules.some(({ owned }) => owned) || changes.some(({ object }) => object.id === id),
  );
  const problems = [...plan.sets.values()].flatMap((facts) => facts.problems);
  const aws = session.scope(scope.region, signal);
  const [hours, permissions, ownQuotas] = await Promise.all([
    askHour(aws.ec2),
    tryPermissions(
      aws,
      actionsNeeded(place.account, scope.region, options),
      subjectsIn(scope, { declared, observed, touched, ownerId }),
    ),
    session.quotas(scope.region, signal),
  ]);
  const { rulesPerSecurityGroup } = place.account.spec;
  const value = {
    scope,
    permissions,
    hours,
    room: {
      ...(observed.securityGroups?.ok === false && { unread: observed.securityGroups.error.message }),
      quotas: ownQuotas,
      ...(rulesPerSecurityGroup !== undefined && { declared: rulesPerSecurityGroup }),
      uses: touched.flatMap((group) =>
        quotaUses(
          group,
          changes.filter(({ object }) => object.id === group.id),
          quotas,
          'All',
        ),
      ),
      exceeded: [...new Set(problems.flatMap(({ reason, message }) => (reason === 'QuotaExceeded' ? message : [])))],
    },
  };
  return { ok: true, value };
}

function groupsOf({ securityGroups }: ObservedScope): ObservedGroup[] {
  return securityGroups?.ok ? securityGroups.value : [];
}
