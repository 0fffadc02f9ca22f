import { applyObjects } from '../test/support/crds.js';
import { eventually, type Ground, startGround } from '../test/support/ground.js';
import * as estate from './estate.js';
import { type Operator, startOperator } from './operator.js';

export interface Scenario {
  name: string;
  groups: number;
  rulesPerGroup: number;
  mutatingCalls: number;
  readCalls: number;
  seconds: number;
  rssMiB: number;
  peakRssMiB: number;
  /** What the emulator takes for the same mutating calls, made directly. */
  emulatorSeconds?: number;
}

const rulesPerGroup = 20;
const manySets = 50;

/** All scenarios at one size, on two fresh grounds: one for one set, one for many. */
export async function runScenarios(groups: number, tell: (doing: string) => void): Promise<Scenario[]> {
  tell(`${groups} groups, 1 set`);
  const one = await onGround(groups, async ({ apply, look, measure }) => ({
    create: await measure('create', () => apply(estate.wantedRules(1, rulesPerGroup))),
    resync: await measure('resync', look),
    change: await measure('change', () => apply(estate.wantedRules(1, rulesPerGroup + 1))),
  }));
  tell(`${groups} groups, ${manySets} sets`);
  return onGround(groups, async ({ authorizeDirectly, apply, look, measure, operator }) => {
    const wanted = estate.wantedRules(manySets, rulesPerGroup);
    const create = { ...one.create, emulatorSeconds: await authorizeDirectly(wanted) };
    await apply(wanted);
    const resync = await measure(`resync-${manySets}-sets`, look);
    await operator.stop();
    const more = [{ cidr: '198.51.100.1/32', sets: ['set-0'] }];
    const change = { ...one.change, emulatorSeconds: await authorizeDirectly(more) };
    return [create, one.resync, change, resync];
  });
}

async function onGround<T>(groups: number, work: (hands: ReturnType<typeof handsOn>) => Promise<T>): Promise<T> {
  const ground = await startGround();
  try {
    const groupIds = await estate.makeGroups(ground.edge.clientFor(estate.accountId, estate.region), groups);
    // Not to be waited for long; and in the ten seconds between two looks EC2's rate limits recover.
    const operator = await startOperator(ground.server.kubeconfig, estate.ownerId, 10);
    const done = await work(handsOn(ground, groupIds, operator));
    await operator.stop();
    return done;
  } finally {
    await ground.stop();
  }
}

/** What scenarios are made of. What takes time resolves to seconds. */
function handsOn({ edge, server }: Ground, groupIds: string[], operator: Operator) {
  async function lookEnded() {
    const { ended } = await operator.looks('scope');
    return eventually(async () => {
      const looks = await operator.looks('scope');
      if (looks.ended === ended) throw new Error('the operator does not look any more');
      return looks;
    }, 120_000);
  }

  return {
    operator,
    authorizeDirectly: (wanted: estate.WantedRule[]) =>
      estate.authorizeDirectly(edge.clientFor(estate.accountId, estate.region), groupIds, wanted),
    /** From kubectl apply until every set is Ready. */
    async apply(wanted: estate.WantedRule[]): Promise<number> {
      const start = performance.now();
      await applyObjects(server, ...estate.resources(wanted));
      await server.kubectl('wait', '--for=condition=Ready', 'cidrset', '--all', '--timeout=30m');
      return (performance.now() - start) / 1000;
    },
    /** The operator's next look by the clock. */
    async look(): Promise<number> {
      const { seconds } = await operator.looks('scope');
      return (await lookEnded()).seconds - seconds;
    },
    /** Counts the calls from the end of a look on. */
    async measure(name: string, work: () => Promise<number>): Promise<Scenario> {
      if (edge.calls.length > 0) await lookEnded();
      const from = edge.calls.length;
      const seconds = await work();
      const calls = edge.calls.slice(from);
      const mutatingCalls = calls.filter(({ mutating }) => mutating).length;
      const readCalls = calls.length - mutatingCalls;
      const groups = groupIds.length;
      return { name, groups, rulesPerGroup, mutatingCalls, readCalls, seconds, ...(await operator.memory()) };
    },
  };
}
