import { setTimeout as sleep } from 'node:timers/promises';
import { ensureParts } from '../parts/ensure.js';
import { showProgress } from '../parts/progress.js';
import { parts } from '../parts/recipes.js';
import {
  deleteVictim,
  enforceQuickstart,
  GAIN,
  growOffice,
  planQuickstart,
  QUICKSTART,
  restAWhile,
  total,
  VICTIM,
} from './acts.js';
import { readRules, scopes } from './holdings.js';
import { HOLDING_WIDTHS, holdingHead, holdingRows, planRows } from './rows.js';
import { begin, count, ended, note, paint, table } from './screen.js';
import { OPERATOR_LOG, RESYNC, STATE, type Stage, startStage } from './stage.js';
import type { Notes, Verdict } from './verdict.js';

/** Gets what the demo runs on, and starts it; see startStage. */
export async function setUp(onStarted: (stop: () => Promise<void>) => void): Promise<Stage> {
  const names = ['etcd', 'kube-apiserver', 'kubectl', 'moto'] as const;
  await ensureParts(names, { onProgress: showProgress(process.stdout) });
  const start = performance.now();
  begin('tools', `${[...new Set(names.map((name) => parts[name].recipe.title))].join(', ')} ...`);
  const stage = await startStage(onStarted);
  ended(` ready in ${seconds((performance.now() - start) / 1000)}`);
  return stage;
}

/** Plays the acts in order; `notes` is filled as they go. */
export async function play(stage: Stage, notes: Notes): Promise<void> {
  const { groups, rulesByHand } = stage.company;
  const [accounts, regions] = [new Set(scopes.map((each) => each.account)), new Set(scopes.map((each) => each.region))];
  begin('company', `${accounts.size} accounts in ${regions.size} regions, ${groups} security groups, `);
  ended(`${rulesByHand} rules made by hand`);
  notes.byHand = (await readRules(stage)).filter(({ byHand }) => byHand);

  begin('operator', `sallyport run --resync=${RESYNC} ...`);
  await stage.startOperator();
  ended(` running: looks every ${RESYNC} s here, every minute by default`);

  begin('plan', `${QUICKSTART} with mode: Plan ...`);
  const planned = await planQuickstart(stage);
  notes.wanted = total(planned);
  ended(` ${count(notes.wanted, 'rule')} to add, ${count(stage.edge.count({ mutating: true }), 'write')}`);
  table(planRows(planned));
  const foreign = planned.reduce((sum, each) => sum + each.foreign, 0);
  if (foreign > 0) note(`${count(foreign, 'wanted rule')} found that someone made by hand: left as they made it`);

  begin('apply', `${QUICKSTART} as it is`);
  ended('');
  table([holdingHead], HOLDING_WIDTHS);
  const applied = await enforceQuickstart(stage, planned, (holdings) => table(holdingRows(holdings), HOLDING_WIDTHS));
  ended(
    `    ${paint.green('converged')} in ${seconds(applied.seconds)}: ${applied.writes} writes, ${applied.reads} reads; ` +
      `${seconds(performance.now() / 1000)} since the start`,
  );

  begin('drift', `someone deletes ${VICTIM.text} on ${VICTIM.group} ...`);
  ended(` put back in ${seconds((await deleteVictim(stage)).seconds)}`);
  notes.driftRepaired = true;

  begin('change', `office gains ${GAIN.cidr}, ${GAIN.description} ...`);
  const grown = await growOffice(stage);
  notes.wanted += grown.rules;
  ended(` ${grown.rules} rules on ${grown.groups} groups in ${seconds(grown.seconds)}, ${grown.writes} writes`);

  begin('rest', 'a further look at every account and region ...');
  const rest = await restAWhile(stage);
  notes.writesAtRest = rest.writes;
  ended(` ${count(rest.writes, 'write')} to AWS, ${rest.objects} to Kubernetes`);
}

/** The end that people see. */
export function conclude({ foreignRulesKept }: Verdict, { company }: Stage): void {
  begin('kept', `${foreignRulesKept} of ${company.rulesByHand} rules made by hand are as their makers left them`);
  ended('');
}

/** Leaves the stage to the person, and shows what comes of what they do; never resolves. */
export async function invite({ edge }: Stage): Promise<never> {
  ended('\nYours to play with:');
  table(
    [
      [`source ${STATE}/env`, `KUBECONFIG=${STATE}/kubeconfig AWS_ENDPOINT_URL=${edge.url}`],
      ['kubectl get cidrsets,awsaccounts', 'how things stand'],
      ['kubectl edit cidrset office', 'add an office, take one away'],
      ['kubectl describe cidrset gitlab-access', 'conditions and events'],
      ['aws ec2 describe-security-group-rules', 'the rules themselves, in shared/eu-west-1'],
      [`tail -f ${OPERATOR_LOG}`, 'what the operator says'],
    ].map(([command = '', purpose = '']) => [
      { text: command, paint: paint.bold },
      { text: purpose, paint: paint.dim },
    ]),
  );
  ended('Each call that changes AWS shows here. Ctrl-C stops everything.');
  for (let shown = edge.calls.length; ; await sleep(100)) {
    // A call without an answer yet is shown when it has one.
    for (let call = edge.calls[shown]; call?.status; call = edge.calls[++shown]) {
      const { mutating, action, accountId, region, status } = call;
      const account = scopes.find((scope) => scope.accountId === accountId)?.account ?? accountId;
      if (mutating) ended(`    ${account}/${region}  ${action}  ${status === 200 ? 'done' : `refused (${status})`}`);
    }
  }
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
