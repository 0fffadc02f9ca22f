import { Command } from 'commander';
import type { MapOptions } from '../map/run.js';
import { end } from '../printed.js';
import { contextOption, namespaceOption, ownerIdOption } from './options.js';

export function mapCommand(): Command {
  return new Command('map')
    .description('write one page that shows who can reach what, to be opened in a browser')
    .option('-o, --output <file>', 'where to write it; - for standard output', 'map.html')
    .addOption(contextOption())
    .addOption(namespaceOption())
    .addOption(ownerIdOption())
    .addHelpText('after', NOTES)
    .action(async (options: MapOptions) => {
      const { runMap } = await import('../map/run.js');
      end(await runMap(options));
    });
}

const NOTES = `
Exit code: 0 all was read, 1 something could not be; then the page says what, and the rest is in it.
It reads the cluster, and AWS with your credentials and the roles of the AwsAccounts, as sallyport explain does.`;
