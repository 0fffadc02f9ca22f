import { Command } from 'commander';
import type { ExplainOptions } from '../explain/run.js';
import { end } from '../printed.js';
import { contextOption, namespaceOption, outputOption, ownerIdOption } from './options.js';

export function explainCommand(): Command {
  return new Command('explain')
    .description('print who lets an address in, where, and because of which set')
    .argument('<ip-or-cidr>', 'an address, or a range: 203.0.113.20, 203.0.113.0/24, 2001:db8::/32')
    .option(
      '--to <name>',
      'only what has this id or name, or a part of the name; and why not, where it does not get in',
    )
    .addOption(contextOption())
    .addOption(namespaceOption())
    .addOption(ownerIdOption())
    .addOption(outputOption())
    .addHelpText('after', NOTES)
    .action(async (address: string, options: ExplainOptions) => {
      const { runExplain } = await import('../explain/run.js');
      end(await runExplain(address, options));
    });
}

const NOTES = `
Exit code: 0 answered, 1 something could not be read, 2 something that --to names does not let it in whole.
It reads AWS with your credentials and the roles of the AwsAccounts; what that takes is what sallyport plan --help lists for
sets, and ec2:GetManagedPrefixListEntries.`;
