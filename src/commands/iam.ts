import { Command, Option } from 'commander';
import type { PolicyRequest, TrustRequest } from '../iam/print.js';
import type { Rendered } from '../plan/render.js';
import { controllersOption, each } from './options.js';

export function iamCommand(): Command {
  return new Command('iam')
    .description('print what IAM needs to know: policies and trust policies of the roles')
    .addCommand(policyCommand())
    .addCommand(trustCommand())
    .addCommand(operatorPolicyCommand())
    .addCommand(operatorTrustCommand());
}

function policyCommand(): Command {
  return printing('policy', async (options: PolicyRequest) => (await import('../iam/print.js')).policy(options))
    .description('print what the role in each account may do, as narrow as AWS can have it')
    .addOption(controllersOption())
    .addOption(manifestsOption('only what these ask for; without it, all that resources can ask for'))
    .addOption(
      new Option('--owner-id <id>', 'count marks of this install alone (default: of any)').env('SALLYPORT_OWNER_ID'),
    )
    .option('--read-only', 'only what reading takes, as `sallyport plan` in a pipeline does', false)
    .addOption(partitionOption())
    .addOption(new Option('--part <number>', 'only this document, where IAM takes several').argParser(Number))
    .addOption(
      new Option('--format <format>', 'the policy alone, or a template of the whole role for many accounts')
        .choices(['json', 'terraform', 'cloudformation'])
        .default('json'),
    );
}

function trustCommand(): Command {
  return printing('trust', async (options: TrustRequest) => (await import('../iam/print.js')).trust(options))
    .description("print the trust policy of the role in an account, which lets Sallyport's own role in")
    .requiredOption('--principal <arn>', "ARN of Sallyport's own role")
    .addOption(manifestsOption('the AwsAccounts'))
    .option('--account <name>', 'the one of them whose spec.externalId to ask for; goes with -f')
    .addOption(new Option('--external-id <id>', 'what to ask for instead').conflicts('account'));
}

function operatorPolicyCommand(): Command {
  return printing('operator-policy', async (options: { filename: string[]; partition: string }) =>
    (await import('../iam/print.js')).ownPolicy(options),
  )
    .description("print what Sallyport's own role may do: assume the roles in the accounts")
    .addOption(manifestsOption('the AwsAccounts, whose roles alone it may; without it, roles named sallyport'))
    .addOption(partitionOption());
}

function operatorTrustCommand(): Command {
  return printing(
    'operator-trust',
    async (options: { oidcProvider?: string; cluster?: string; serviceAccount: string }) =>
      (await import('../iam/print.js')).ownTrust(options),
  )
    .description("print the trust policy of Sallyport's own role, by IRSA or by EKS Pod Identity")
    .option('--oidc-provider <arn>', "of the cluster's OIDC provider in IAM: IRSA")
    .option('--cluster <arn>', 'of the EKS cluster: Pod Identity')
    .option('--service-account <namespace/name>', "that Sallyport's pods have", 'sallyport/sallyport');
}

/** Prints what is made of the options; advice goes to stderr. */
function printing<Options>(name: string, render: (options: Options) => Promise<Rendered>): Command {
  return new Command(name).action(async (options: Options, command: Command) => {
    const rendered = await render(options);
    if (!rendered.ok) command.error(`sallyport iam ${name}: ${rendered.message}`);
    for (const advice of rendered.advice ?? []) process.stderr.write(`${advice}\n`);
    process.stdout.write(rendered.text);
  });
}

function manifestsOption(description: string): Option {
  return new Option('-f, --filename <path>', `manifests: a file, a folder, or - ; repeat it: ${description}`)
    .argParser(each)
    .default([], 'none');
}

function partitionOption(): Option {
  return new Option('--partition <name>', 'of AWS').choices(['aws', 'aws-cn', 'aws-us-gov']).default('aws');
}
