import { Command, Option } from 'commander';
import { READS } from '../plan/permissions.js';
import type { PlanOptions } from '../plan/run.js';
import { end } from '../printed.js';
import { each, namespaceOption, outputOption, ownAddressOption, ownerIdOption } from './options.js';

export function planCommand(): Command {
  return new Command('plan')
    .description('print what the operator would do, in AWS and in the cluster, and do nothing')
    .addOption(
      new Option(
        '-f, --filename <path>',
        'manifests to plan for as if they were applied: a file, a folder, or - ; repeat it',
      )
        .argParser(each)
        .default([], "the cluster's own"),
    )
    .option('--no-cluster', 'plan for the manifests alone, even where a kubeconfig leads to a cluster')
    .option(
      '--prune',
      'count what the cluster has of our kinds, and no manifest has, as deleted; AwsAccounts stay',
      false,
    )
    .addOption(
      new Option('--account <name>', 'plan for this AwsAccount only; repeat it').argParser(each).default([], 'all'),
    )
    .addOption(ownerIdOption())
    .addOption(namespaceOption())
    .addOption(ownAddressOption())
    .addOption(outputOption('markdown'))
    .addHelpText('after', `\n${notes()}`)
    .action(async (options: PlanOptions) => {
      // Only here is loaded what it takes: the operator starts without.
      const { runPlan } = await import('../plan/run.js');
      end(await runPlan(options));
    });
}

function notes(): string {
  const reads = Object.entries(READS).map(([what, actions]) => `  ${what}: ${actions.join(', ')}`);
  return [
    'Exit code: 0 nothing to do, 2 changes, 1 something could not be read.',
    'It reads the cluster (get and list, each kind where resources come to it; docs/plan.md has the role) and AWS:',
    ...reads,
  ].join('\n');
}
