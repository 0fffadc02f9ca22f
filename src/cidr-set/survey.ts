import { accountConfig } from '../api/account-config.js';
import type { AwsAccount } from '../api/aws-account.gen.js';
import type { AwsResult } from '../aws/call.js';
import type { Quotas } from '../aws/quotas.js';
import type { Sessions } from '../aws/session.js';
import type { Estate, Place } from './estate.js';
import { observeScope } from './observe.js';
import { planScope, type ScopePlan } from './plan.js';
import type { TargetIo } from './targets/kind.js';
import type { ObservedScope } from './targets/kinds.js';
import type { SetWish } from './wish.js';

export interface SurveyOptions {
  estate: Estate;
  sessions: Sessions;
  ownerId: string;
  ownAddresses: readonly string[];
}

export interface Survey {
  io: TargetIo;
  observed: ObservedScope;
  quotas: Quotas;
  plan: ScopePlan;
}

/** What is in one account and region, and what is to be done there. Writes nothing. */
export async function surveyPlace(
  place: Place,
  wishes: readonly SetWish[],
  { estate, sessions, ownerId, ownAddresses }: SurveyOptions,
  signal: AbortSignal,
): Promise<AwsResult<Survey>> {
  const { account, scope } = place;
  const session = sessions.get(accountConfig(account));
  const identity = await session.verify();
  if (!identity.ok) return identity;

  const aws = session.scope(scope.region, signal);
  const io = { scope, aws, ownerId, known: estate.known(place), eksUpdates: estate.eksUpdates };
  const observed = await observeScope(io, wishes);
  const quotas = { ...(await session.quotas(scope.region, signal)), ...declaredQuotas(account) };
  const plan = planScope({
    scope,
    ownerId,
    wishes: new Map(wishes.map((wish) => [wish.set, wish])),
    observed,
    quotas,
    ownAddresses,
  });
  return { ok: true, value: { io, observed, quotas, plan } };
}

function declaredQuotas({ spec: { rulesPerSecurityGroup } }: AwsAccount): Partial<Quotas> {
  return rulesPerSecurityGroup === undefined ? {} : { rulesPerSecurityGroup, source: 'AwsAccount' };
}
