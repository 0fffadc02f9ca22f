import { isDeepStrictEqual } from 'node:util';
import { type HeldRule, holdingsOf, readRules } from './holdings.js';
import type { Stage } from './stage.js';

/** The last line of `--once`. */
export interface Verdict {
  /** All objects are Ready, and AWS holds as many rules of ours as were planned. */
  converged: boolean;
  /** That hold rules of ours. */
  accounts: number;
  /** That hold rules of ours. */
  securityGroups: number;
  /** With an owner's tag. */
  rules: number;
  /** Made by hand before, and still the same in every field. */
  foreignRulesKept: number;
  driftRepaired: boolean;
  /** Null: it never came to rest. */
  mutatingCallsWhenConverged: number | null;
}

/** What was learnt on the way. */
export interface Notes {
  /** Of the company, before the operator came. */
  byHand: HeldRule[];
  /** How many rules of ours there should be. */
  wanted?: number;
  driftRepaired: boolean;
  writesAtRest: number | null;
}

/** Asks AWS how things stand. */
export async function judge(stage: Stage, notes: Notes): Promise<Verdict> {
  const rules = await readRules(stage);
  const holdings = holdingsOf(rules);
  const ours = rules.filter((rule) => rule.ours).length;
  const ready = await stage.server
    .kubectl('wait', '--for=condition=Ready', 'cidrsets,awsaccounts', '--all', '--timeout=1s')
    .then(
      () => true,
      () => false,
    );
  return {
    converged: ready && ours === notes.wanted,
    accounts: new Set(holdings.map(({ account }) => account)).size,
    securityGroups: holdings.length,
    rules: ours,
    foreignRulesKept: notes.byHand.filter((before) => rules.some((now) => isDeepStrictEqual(now, before))).length,
    driftRepaired: notes.driftRepaired,
    mutatingCallsWhenConverged: notes.writesAtRest,
  };
}

/** Whether all is as promised. */
export function isWell(verdict: Verdict, { company }: Stage): boolean {
  const { converged, accounts, foreignRulesKept, driftRepaired, mutatingCallsWhenConverged } = verdict;
  const kept = foreignRulesKept === company.rulesByHand;
  return converged && accounts === 3 && kept && driftRepaired && mutatingCallsWhenConverged === 0;
}
