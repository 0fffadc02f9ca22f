import { isDeepStrictEqual } from 'node:util';
import { companyAccounts } from '../../test/support/company.js';
import { type HeldRule, holdingsOf, readRules } from './holdings.js';
import type { Stage } from './stage.js';

/** What was learnt on the way. */
export interface Notes {
  /** The company's own rules, before the operator came. */
  byHand: HeldRule[];
  /** How many rules of ours there should be. */
  planned: number;
  driftRepaired: boolean;
  /** Null: it never came to rest. */
  mutatingCallsWhenConverged: number | null;
}

/** The last line of `--once`. Accounts and groups are those that hold rules with an owner's tag. */
export interface Verdict extends Omit<Notes, 'byHand' | 'planned'> {
  /** All objects are Ready, and AWS holds as many rules of ours as were planned. */
  converged: boolean;
  accounts: number;
  securityGroups: number;
  rules: number;
  /** Made by hand before, and still the same in every field. */
  foreignRulesKept: number;
}

/** Asks AWS how things stand. */
export async function judge(stage: Stage, { byHand, planned, ...proven }: Notes): Promise<Verdict> {
  const rules = await readRules(stage);
  const holdings = holdingsOf(rules);
  const ours = rules.filter((rule) => rule.ours).length;
  const ready = stage.server.kubectl('wait', '--for=condition=Ready', 'cidrsets,awsaccounts', '--all', '--timeout=30s');
  return {
    converged: (await ready.catch(() => '')) !== '' && ours === planned,
    accounts: new Set(holdings.map(({ account }) => account)).size,
    securityGroups: holdings.length,
    rules: ours,
    foreignRulesKept: byHand.filter((before) => rules.some((now) => isDeepStrictEqual(now, before))).length,
    ...proven,
  };
}

export function isWell(verdict: Verdict, { company }: Stage): boolean {
  const { converged, accounts, foreignRulesKept, driftRepaired, mutatingCallsWhenConverged: writes } = verdict;
  const everywhere = accounts === companyAccounts.length && foreignRulesKept === company.rulesByHand;
  return converged && everywhere && driftRepaired && writes === 0;
}
