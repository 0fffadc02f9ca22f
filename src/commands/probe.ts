import { Command } from 'commander';

export function probeCommand(): Command {
  return new Command('probe')
    .description(
      'see from a job pod that no metadata service answers and that the role is the one given; ends with 1 where not',
    )
    .option('--role-arn <arn>', 'the role that STS has to know us by')
    .action(async ({ roleArn }: { roleArn?: string }) => {
      const { METADATA_SERVICES, probe } = await import('../runner-pool/jobs/probe/probe.js');
      const { isIsolated } = await import('../runner-pool/jobs/probe/result.js');
      const result = await probe({ metadata: METADATA_SERVICES, waitMs: 3_000, roleArn });
      process.stdout.write(`${JSON.stringify(result)}\n`);
      if (!isIsolated(result, roleArn)) process.exitCode = 1;
    });
}
