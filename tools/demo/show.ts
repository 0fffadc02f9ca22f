/** What people see: each act in its words. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureParts } from '../parts/ensure.js';
import { showProgress } from '../parts/progress.js';
import { parts } from '../parts/recipes.js';
import * as acts from './acts.js';
import { readRules, scopes } from './holdings.js';
import { head, holdingRows, planRows, WIDTHS } from './rows.js';
import { begin, end, paint, table } from './screen.js';
import { OPERATOR_LOG, RESYNC, STATE, type Stage, startStage } from './stage.js';
import type { Notes, Verdict } from './verdict.js';

/** Gets what the demo runs on, and starts it; see startStage. */
export async function setUp(onStarted: (stop: () => Promise<void>) => void): Promise<Stage> {
  const names = ['etcd', 'kube-apiserver', 'kubectl', 'moto'] as const;
  await ensureParts(names, { onProgress: showProgress(process.stdout) });
  const start = performance.now();
  begin('tools', `${[...new Set(names.map((name) => parts[name].recipe.title))].join(', ')} ...`);
  const stage = await startStage(onStarted);
  end(` ready in ${seconds((performance.now() - start) / 1000)}`);
  return stage;
}

/** Plays the acts in order; `notes` is filled as they go. */
export async function play(stage: Stage, notes: Notes): Promise<void> {
  const { groups, rulesByHand } = stage.company;
  begin('company', `${scopes.length} account regions, ${groups} security groups, ${rulesByHand} rules made by hand`);
  end();
  notes.byHand = (await readRules(stage)).filter(({ byHand }) => byHand);

  begin('operator', `sallyport run --resync=${RESYNC} ...`);
  await stage.startOperator();
  end(` running: looks every ${RESYNC} s here, every minute by default`);

  begin('plan', `${acts.QUICKSTART}, in mode Plan ...`);
  const planned = await acts.planQuickstart(stage);
  notes.planned = acts.total(planned);
  end(` ${notes.planned} rules to add, ${stage.edge.count({ mutating: true })} writes`);
  table([head('account', 'region', 'set', 'rules', 'groups'), ...planRows(planned)]);

  begin('apply', `${acts.QUICKSTART}, as it is: █ rules of sets, ░ made by hand and kept`);
  end();
  const applied = await acts.enforceQuickstart(stage, planned, (held) => table(holdingRows(held), WIDTHS));
  end(`    ${paint.green('converged')} in ${outlay(applied)}; ${seconds(performance.now() / 1000)} since the start`);

  begin('drift', `someone deletes ${acts.VICTIM.text} on ${acts.VICTIM.group.split('/').at(-1)} ...`);
  end(` back in ${seconds((await acts.deleteVictim(stage)).seconds)}`);
  notes.driftRepaired = true;

  begin('change', `office gains ${acts.GAIN.cidr}, ${acts.GAIN.description} ...`);
  const grown = await acts.growOffice(stage);
  notes.planned += grown.rules;
  end(` ${grown.rules} rules on ${grown.groups} groups in ${outlay(grown)}`);

  begin('rest', 'a further look at every account region ...');
  const { writes } = await acts.restAWhile(stage);
  notes.mutatingCallsWhenConverged = writes;
  end(` ${writes} writes`);
}

export function conclude({ foreignRulesKept }: Verdict, { company }: Stage): void {
  begin('kept', `${foreignRulesKept} of ${company.rulesByHand} rules made by hand, as their makers left them`);
  end();
}

/** Leaves the stage to the person, and shows what comes of what they do; never resolves. */
export async function invite({ edge }: Stage): Promise<never> {
  const commands = [
    [`source ${STATE}/env`, 'sets both, and adds kubectl and its plugin sallyport to the PATH'],
    ['kubectl get cidrsets,awsaccounts', 'how things stand'],
    ['kubectl edit cidrset office', 'add an office, take one away'],
    ['kubectl describe cidrset gitlab-access', 'conditions and events'],
    ['kubectl sallyport explain 203.0.113.70', 'who lets it in, where, and because of which set'],
    ['kubectl sallyport map', 'who can reach what, as a page: map.html'],
    ['aws ec2 describe-security-group-rules', 'the rules themselves, in shared/eu-west-1'],
    [`tail -f ${OPERATOR_LOG}`, 'what the operator says'],
  ];
  end(`\nYours to play with: KUBECONFIG=${STATE}/kubeconfig AWS_ENDPOINT_URL=${edge.url}`);
  table(
    commands.map(([command = '', purpose = '']) => [
      [command, paint.bold],
      [purpose, paint.dim],
    ]),
  );
  end('What is written to AWS shows here. Ctrl-C stops everything.');
  for (let shown = edge.calls.length; ; await sleep(100)) {
    // A call without an answer yet is shown when it has one.
    for (let call = edge.calls[shown]; call?.status; call = edge.calls[++shown]) {
      const { mutating, action, accountId, region, status } = call;
      const account = scopes.find((scope) => scope.accountId === accountId)?.account ?? accountId;
      if (mutating) end(`    ${account}/${region}  ${action}  ${status === 200 ? 'done' : `refused (${status})`}`);
    }
  }
}

function outlay({ seconds: spent, writes }: acts.Effort): string {
  return `${seconds(spent)}, ${writes} writes`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
