import { Command, Option } from 'commander';
import type { DoctorOptions } from '../doctor/run.js';
import { end } from '../printed.js';
import { contextOption, each, outputOption, ownerIdOption, seconds } from './options.js';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check a cluster and its AWS accounts, before an install and after, and change nothing')
    .addOption(
      new Option(
        '-f, --filename <path>',
        'manifests to check for as if they were applied: a file, a folder, or - ; repeat it',
      )
        .argParser(each)
        .default([], "the cluster's own"),
    )
    .addOption(new Option('--account <name>', 'only this AwsAccount; repeat it').argParser(each).default([], 'all'))
    .addOption(new Option('--namespace <name>', 'where the operator runs, for who may not look in all of them'))
    .addOption(contextOption())
    .addOption(ownerIdOption())
    .addOption(
      new Option('--timeout <seconds>', 'how long the API server, each account and each region may take')
        .argParser(seconds)
        .default(20),
    )
    .addOption(outputOption())
    .addHelpText('after', `\n${NOTES}`)
    .exitOverride(({ exitCode }) => process.exit(exitCode && 2))
    .action(async (options: DoctorOptions) => {
      // Only here is loaded what it takes: the operator starts without.
      const { runDoctor } = await import('../doctor/run.js');
      end(await runDoctor(options));
    });
}

const NOTES = [
  'Exit code: 0 no failure, 1 failures, 2 the cluster gave no answer or the command is wrong.',
  'It reads the cluster, asks its API server what you and the operator may do, and in AWS reads and calls with DryRun.',
].join('\n');
