import { DescribeSecurityGroupRulesCommand, type SecurityGroupRule } from '@aws-sdk/client-ec2';
import { KubeConfig } from '@kubernetes/client-node';
import { createLogger, transports } from 'winston';
import { type OperatorOptions, runOperator } from '../../src/operator.js';
import { type ApiServer, startApiServer } from './api-server.js';
import { companyAccounts, type Seeded, seedCompany } from './company.js';
import { applyCrds } from './crds.js';
import { type Edge, startEdge } from './edge/edge.js';
import { startMoto } from './moto.js';

/** A cluster with our kinds, and the company's AWS accounts behind the edge. */
export interface Ground {
  server: ApiServer;
  edge: Edge;
  company: Seeded;
  /** Runs an operator in this process; `stop` lets it end in its own time. */
  operator(options?: Partial<OperatorOptions>): RunningOperator;
  /** All rules of a group, in the words of `tcp/443 203.0.113.0/24`, ours with an asterisk before. */
  rules(group: string): Promise<string[]>;
  stop(): Promise<void>;
}

export interface RunningOperator {
  stop(): Promise<void>;
}

const quiet = createLogger({ silent: true, transports: [new transports.Console()] });

export async function startGround(): Promise<Ground> {
  const moto = await startMoto();
  const edge = await startEdge({ upstream: moto.url });
  const server = await startApiServer();
  await applyCrds(server);
  const company = await seedCompany(edge.clientFor);
  const running = new Set<RunningOperator>();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: edge.url,
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'operator',
  });

  return {
    server,
    edge,
    company,
    operator(options = {}) {
      const kubeConfig = new KubeConfig();
      kubeConfig.loadFromFile(server.kubeconfig);
      const end = new AbortController();
      const defaults: OperatorOptions = {
        kubeConfig,
        namespace: 'default',
        identity: 'test',
        resyncMs: 60_000,
        health: { host: '127.0.0.1', port: 0 },
        log: quiet,
      };
      const ended = runOperator({ ...defaults, ...options }, end.signal);
      const operator: RunningOperator = {
        async stop() {
          running.delete(operator);
          end.abort();
          await ended;
        },
      };
      running.add(operator);
      return operator;
    },
    async rules(group) {
      const [account, region = ''] = group.split('/');
      const { accountId = '' } = companyAccounts.find(({ name }) => name === account) ?? {};
      const ec2 = edge.clientFor(accountId, region);
      const found: SecurityGroupRule[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ec2.send(
          new DescribeSecurityGroupRulesCommand({
            Filters: [{ Name: 'group-id', Values: [company.ids.get(group) ?? ''] }],
            NextToken,
          }),
        );
        found.push(...(page.SecurityGroupRules ?? []));
        NextToken = page.NextToken;
      } while (NextToken);
      return found
        .filter(({ IsEgress }) => !IsEgress)
        .map(ruleWords)
        .sort();
    },
    async stop() {
      await Promise.all([...running].map((operator) => operator.stop()));
      await server.stop();
      await edge.stop();
      await moto.stop();
    },
  };
}

function ruleWords({ IpProtocol, FromPort, CidrIpv4, CidrIpv6, Tags = [] }: SecurityGroupRule): string {
  const mark = Tags.some(({ Key }) => Key === 'sallyport.dev/owner') ? '* ' : '';
  return `${mark}${IpProtocol}/${FromPort} ${CidrIpv4 ?? CidrIpv6}`;
}

/** Asks again and again until `probe` passes; rejects with its last failure. */
export async function eventually<T>(probe: () => Promise<T> | T, withinMs = 30_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
