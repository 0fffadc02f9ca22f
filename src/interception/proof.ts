import { isIP } from 'node:net';
import type { Problem } from '../api/problem.js';
import type { Rewrite } from '../corefile/marks.js';

/** Addresses, in order, as `10.0.0.1, 10.0.0.2`; or why there are none: `NXDOMAIN`, `SERVFAIL`, `no answer`. */
export type Answer = string;
export const NO_ANSWER = 'no answer';

/** What one resolver pod says. */
export interface Look {
  pod: string;
  answers: Readonly<Record<string, Answer>>;
  /** Absent where it doesn't tell. `hash` is of the Corefile that it saw last, once it has seen a second one. */
  reloads?: { failures: number; hash?: string };
}

/** A change that is being proved. */
export interface Baseline {
  /** What names answered that must not change. */
  before: Readonly<Record<string, Answer>>;
  /** By pod. */
  reloadFailures: Readonly<Record<string, number>>;
}

export interface ProofInput {
  rewrites: readonly Rewrite[];
  /** Of all resolver pods that are ready. */
  looks: readonly Look[];
  /** Absent at rest. */
  baseline?: Baseline;
  /** Of the Corefile as it should be loaded, where it is known; see reloadHash. */
  hash?: string;
  /** Whether it has had its time. */
  overdue: boolean;
}

export interface Verdict extends Problem {
  /** `Failed` can't be cured by waiting. `Unreachable`: what answers is right, but not all could be asked. */
  state: 'Verified' | 'Pending' | 'Unreachable' | 'Failed';
  /** How many names are right everywhere, and how many resolvers are in all. */
  hosts: number;
  resolvers: number;
}

/** Whether every resolver leads every public name to the private addresses, and leaves others alone. */
export function judge(input: ProofInput): Verdict {
  const { rewrites, looks, baseline, overdue } = input;
  const problems = looks.map((look) => problemOf(look, input));
  const counts = {
    hosts: rewrites.filter((rewrite) => looks.length > 0 && looks.every((look) => !nameProblem(rewrite, look))).length,
    resolvers: problems.filter((problem) => !problem).length,
  };
  const found = problems.filter((problem) => problem !== undefined);
  const failed = found.find(({ reason }) => reason === 'ReloadFailed');
  if (failed) return { state: 'Failed', ...failed, ...counts };
  if (looks.length === 0) return { state: stateOf(input), ...noResolvers, ...counts };
  const [wrong] = found.filter(({ reason }) => reason !== 'ResolverUnreachable' && reason !== 'NotLoaded');
  if (wrong) return { state: stateOf(input), ...wrong, ...counts };
  const [unreachable] = found.filter(({ reason }) => reason === 'ResolverUnreachable');
  if (unreachable) return { state: baseline && !overdue ? 'Pending' : 'Unreachable', ...unreachable, ...counts };
  const [notLoaded] = found;
  // The prediction of a hash is a hint; answers are the truth.
  if (notLoaded && !overdue) return { state: 'Pending', ...notLoaded, ...counts };
  return { state: 'Verified', reason: 'Verified', message: '', ...counts };
}

function stateOf({ baseline, overdue }: ProofInput): 'Pending' | 'Failed' {
  return baseline && overdue ? 'Failed' : 'Pending';
}

/** What keeps a resolver from being asked to follow rewrites: nothing is written unless it is undefined. */
export function privateNameProblem(rewrites: readonly Rewrite[], looks: readonly Look[]): Problem | undefined {
  if (looks.length === 0) return noResolvers;
  const problems = looks.map((look) => unreachableProblem(look) ?? unresolvedProblem(rewrites, look));
  return problems.find((problem) => problem !== undefined);
}

const noResolvers: Problem = {
  reason: 'NoResolvers',
  message: "no pod of the cluster's DNS is ready; see kubectl -n kube-system get pods -l k8s-app=kube-dns",
};

function problemOf(look: Look, { rewrites, baseline, hash }: ProofInput): Problem | undefined {
  const { pod, reloads } = look;
  const failures = baseline?.reloadFailures[pod];
  if (reloads && failures !== undefined && reloads.failures > failures) {
    return { reason: 'ReloadFailed', message: `${pod} could not load the Corefile; its log says why` };
  }
  const unreachable = unreachableProblem(look) ?? unresolvedProblem(rewrites, look);
  if (unreachable) return unreachable;
  for (const rewrite of rewrites) {
    const problem = nameProblem(rewrite, look);
    if (problem) return problem;
  }
  for (const [name, before] of Object.entries(baseline?.before ?? {})) {
    const now = look.answers[name] ?? NO_ANSWER;
    if (isWorse(before, now, rewrites, look)) {
      return { reason: 'OtherNameChanged', message: `${pod} says ${now} for ${name}, which was ${before} before` };
    }
  }
  const isOther = baseline && hash && reloads?.hash && reloads.hash !== hash;
  return isOther ? { reason: 'NotLoaded', message: `${pod} has not loaded the Corefile yet` } : undefined;
}

function unreachableProblem({ pod, answers }: Look): Problem | undefined {
  if (Object.values(answers).some((answer) => answer !== NO_ANSWER)) return undefined;
  return {
    reason: 'ResolverUnreachable',
    message: `${pod} does not answer Sallyport; let Sallyport's namespace in to it by NetworkPolicy, UDP and TCP`,
  };
}

function unresolvedProblem(rewrites: readonly Rewrite[], { pod, answers }: Look): Problem | undefined {
  const found = rewrites.find(({ to }) => !isAddresses(answers[to]));
  return (
    found && {
      reason: 'PrivateNameUnresolved',
      message: `${pod} says ${answers[found.to]} for ${found.to}; associate its zone with this cluster's VPC`,
    }
  );
}

function nameProblem({ from, to }: Rewrite, { pod, answers }: Look): Problem | undefined {
  if (isAddresses(answers[from]) && answers[from] === answers[to]) return undefined;
  return { reason: 'NotIntercepted', message: `${pod} says ${answers[from]} for ${from}, not ${answers[to]}` };
}

/** Round robins and names in motion are not: only what no longer leads anywhere, or leads to the endpoint too. */
function isWorse(before: Answer, now: Answer, rewrites: readonly Rewrite[], { answers }: Look): boolean {
  if (now === before) return false;
  return rank(now) < rank(before) || (isAddresses(now) && rewrites.some(({ to }) => answers[to] === now));
}

function rank(answer: Answer): number {
  if (isAddresses(answer)) return 2;
  return answer === 'NXDOMAIN' || answer === 'no addresses' ? 1 : 0;
}

export function isAddresses(answer: Answer = NO_ANSWER): boolean {
  return isIP(answer.split(', ')[0] ?? '') > 0;
}
