import { hostname } from 'node:os';
import { KubeConfig } from '@kubernetes/client-node';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ControllerName } from '../operator/controller-names.js';
import { runOperator } from '../operator/operator.js';
import { createLog, type LogOptions, logLevels } from '../telemetry/log.js';
import { controllersOption, namespaceOption, ownAddressOption, ownerIdOption, seconds } from './options.js';

interface RunOptions {
  controllers: readonly ControllerName[];
  plan: boolean;
  ownerId?: string;
  namespace: string;
  ownAddress: string[];
  identity: string;
  image?: string;
  resync: number;
  poll: number;
  healthAddress: { host: string; port: number };
  logLevel: LogOptions['level'];
  logFormat: LogOptions['format'];
}

export function runCommand(): Command {
  return new Command('run')
    .description('run the operator, in a cluster or with the kubeconfig that KUBECONFIG names')
    .addOption(
      new Option('--plan [boolean]', 'only show in the status of each CidrSet what would be written, and write nothing')
        .env('SALLYPORT_PLAN')
        .argParser(boolean)
        .preset('true')
        .default(false),
    )
    .addOption(controllersOption())
    .addOption(ownerIdOption())
    .addOption(namespaceOption())
    .addOption(ownAddressOption())
    .addOption(
      new Option('--identity <name>', 'who this process is in the leader election')
        .env('POD_NAME')
        .default(`${hostname()}-${process.pid}`, 'host and process id'),
    )
    .addOption(
      new Option('--image <image>', 'its own image, which probes of RunnerPools run; without it there are none').env(
        'SALLYPORT_IMAGE',
      ),
    )
    .addOption(
      new Option('--resync <seconds>', 'how long drift in AWS may live')
        .env('SALLYPORT_RESYNC')
        .argParser(seconds)
        .default(60),
    )
    .addOption(
      new Option('--poll <seconds>', 'how soon is looked again at what AWS takes its time for, such as an endpoint')
        .env('SALLYPORT_POLL')
        .argParser(seconds)
        .default(15),
    )
    .addOption(
      new Option('--health-address <host:port>', 'serves /healthz, /readyz and /metrics')
        .env('SALLYPORT_HEALTH_ADDRESS')
        .argParser(address)
        .default({ host: '0.0.0.0', port: 8080 }, '0.0.0.0:8080'),
    )
    .addOption(new Option('--log-level <level>').env('SALLYPORT_LOG_LEVEL').choices(logLevels).default('info'))
    .addOption(
      new Option('--log-format <format>').env('SALLYPORT_LOG_FORMAT').choices(['json', 'text']).default('json'),
    )
    .action(async (options: RunOptions) => {
      const log = createLog({ level: options.logLevel, format: options.logFormat });
      const kubeConfig = new KubeConfig();
      kubeConfig.loadFromDefault();
      const stop = new AbortController();
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
      const {
        controllers,
        plan: planOnly,
        ownerId,
        namespace,
        ownAddress: ownAddresses,
        identity,
        image,
        resync,
        poll,
      } = options;
      const operator = {
        kubeConfig,
        controllers,
        planOnly,
        namespace,
        ownAddresses,
        identity,
        resyncMs: resync * 1000,
        pollMs: poll * 1000,
        health: options.healthAddress,
        log,
        ...(ownerId && { ownerId }),
        ...(image && { image }),
      };
      try {
        await runOperator(operator, stop.signal);
        log.info('stopped');
      } catch (error) {
        log.error('ended', { error });
        process.exitCode = 1;
      }
      // What still holds the process, such as a kept-alive connection, has nothing left to do.
      log.on('finish', () => process.exit());
      log.end();
    });
}

function boolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('write true or false');
  return text === 'true';
}

function address(text: string): { host: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  if (!match?.[1]) throw new InvalidArgumentError('write a host and a port, as 0.0.0.0:8080');
  return { host: match[1].replace(/^\[|\]$/g, ''), port: Number(match[2]) };
}
