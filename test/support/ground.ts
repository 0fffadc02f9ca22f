import { createLogger, transports } from 'winston';
import { runOperator } from '../../src/operator/operator.js';
import type { OperatorOptions } from '../../src/operator/options.js';
import { type Cluster, startCluster } from './cluster.js';
import { companyAccounts, makeGroup, type Seeded, type SeedGroup, seedCompany } from './company.js';
import { type Edge, startEdge } from './edge/edge.js';
import { eventually } from './eventually.js';
import { Group } from './group.js';
import { startMoto } from './moto.js';

export { eventually } from './eventually.js';

/** A cluster with our kinds, and the company's AWS accounts behind the edge. */
export interface Ground extends Cluster {
  edge: Edge;
  company: Seeded;
  /** Runs an operator in this process. */
  operator(options?: Partial<OperatorOptions>): RunningOperator;
  /** A group of the company, e.g. `shared/eu-west-1/gitlab-nlb`, or one made by makeGroup. */
  group(key: string): Group;
  /** Makes a group by hand. `place`: `shared/eu-west-1`. */
  makeGroup(place: string, seed: Partial<SeedGroup> & { name: string }): Promise<Group>;
  /** All rules of a group, see Group. */
  rules(group: string): Promise<string[]>;
  /** Resolves when the operator has looked at `shared/eu-west-1` from beginning to end. */
  look(place: string): Promise<void>;
  /** After a test: no fault happens any more, and all sets and endpoints are gone. */
  clean(): Promise<void>;
}

export interface RunningOperator {
  /** Rejects when it lost its lease. */
  readonly ended: Promise<void>;
  /** Lets it end in its own time. */
  stop(): Promise<void>;
}

const quiet = createLogger({ silent: true, transports: [new transports.Console()] });

export async function startGround(): Promise<Ground> {
  const [moto, cluster] = await Promise.all([startMoto(), startCluster()]);
  const edge = await startEdge({ upstream: moto.url });
  const company = await seedCompany(edge.clientFor);
  const running = new Set<RunningOperator>();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: edge.url,
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'operator',
  });

  function group(key: string): Group {
    return new Group(ec2Of(key), company.ids.get(key) ?? '');
  }

  function ec2Of(place: string) {
    const { accountId, region } = scopeOf(place);
    return edge.clientFor(accountId, region);
  }

  return {
    ...cluster,
    edge,
    company,
    operator(options = {}) {
      const end = new AbortController();
      const defaults: OperatorOptions = {
        kubeConfig: cluster.kubeConfig,
        namespace: 'default',
        identity: 'test',
        resyncMs: 60_000,
        health: { host: '127.0.0.1', port: 0 },
        log: quiet,
        // It leads on where the machine stands still for seconds, or the API server is away.
        leaseDurationMs: 300_000,
        renewDeadlineMs: 240_000,
      };
      const ended = runOperator({ ...defaults, ...options }, end.signal);
      const operator: RunningOperator = {
        ended,
        async stop() {
          running.delete(operator);
          end.abort();
          await ended;
        },
      };
      running.add(operator);
      ended.catch(() => running.delete(operator));
      return operator;
    },
    group,
    async makeGroup(place, seed) {
      const key = `${place}/${seed.name}`;
      company.ids.set(key, await makeGroup(ec2Of(place), { tags: {}, ...seed }));
      return group(key);
    },
    rules: (key) => group(key).rules(),
    async look(place) {
      const match = { ...scopeOf(place), action: 'DescribeSecurityGroupRules' };
      // The second look from now on begins when the first has ended.
      const awaited = edge.count(match) + 2;
      await eventually(() => {
        if (edge.count(match) < awaited) throw new Error(`no look at ${place}`);
      });
    },
    async clean() {
      edge.reset();
      await cluster.deleteEndpoints();
      await cluster.deleteSets();
    },
    async stop() {
      await Promise.all([...running].map((operator) => operator.stop()));
      await cluster.stop();
      await edge.stop();
      await moto.stop();
    },
  };
}

/** `shared/eu-west-1`, or a group there. */
function scopeOf(place: string): { accountId: string; region: string } {
  const [account, region = ''] = place.split('/');
  const { accountId = '' } = companyAccounts.find(({ name }) => name === account) ?? {};
  return { accountId, region };
}
