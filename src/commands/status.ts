import { Command } from 'commander';
import { end } from '../printed.js';
import type { StatusOptions } from '../status/run.js';
import { contextOption, outputOption } from './options.js';

export function statusCommand(): Command {
  return new Command('status')
    .description('print what the cluster holds of Sallyport, what is not well first')
    .addOption(contextOption())
    .option('-n, --namespace <name>', 'only its PrivateLinkEndpoints and RunnerPools (default: all)')
    .addOption(outputOption())
    .addHelpText('after', '\nExit code: 0 all is Ready, 1 something is not, 2 the cluster could not be read.')
    .action(async (options: StatusOptions) => {
      const { runStatus } = await import('../status/run.js');
      end(await runStatus(options));
    });
}
