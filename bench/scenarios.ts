import { applyObjects } from '../test/support/crds.js';
import { eventually, type Ground, startGround } from '../test/support/ground.js';
import {
  accountId,
  authorizeDirectly,
  awsAccount,
  cidrSets,
  makeGroups,
  region,
  type WantedRule,
  wantedRules,
} from './estate.js';
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
const ownerId = 'bench';

/** All scenarios at one size, on two fresh grounds: one for one set, one for many. */
export async function runScenarios(groups: number, tell: (doing: string) => void): Promise<Scenario[]> {
  const one = await onGround(async (ground) => {
    tell(`${groups} groups, 1 set`);
    await makeGroups(ground.edge.clientFor(accountId, region), groups);
    const operator = await start(ground);
    const measure = measuring(ground, operator, groups);
    const create = await measure('create', () => apply(ground, wantedRules(1, rulesPerGroup)));
    const resync = await measure('resync', () => look(operator));
    const change = await measure('change', () => apply(ground, wantedRules(1, rulesPerGroup + 1)));
    await operator.stop();
    return { create, resync, change };
  });
  return onGround(async (ground) => {
    tell(`${groups} groups, ${manySets} sets`);
    const ec2 = ground.edge.clientFor(accountId, region);
    const ids = await makeGroups(ec2, groups);
    const wanted = wantedRules(manySets, rulesPerGroup);
    const create = { ...one.create, emulatorSeconds: await authorizeDirectly(ec2, ids, wanted, ownerId) };
    const operator = await start(ground);
    await apply(ground, wanted);
    const resync = await measuring(ground, operator, groups)(`resync-${manySets}-sets`, () => look(operator));
    await operator.stop();
    const more = [{ cidr: '198.51.100.1/32', sets: ['set-0'] }];
    const change = { ...one.change, emulatorSeconds: await authorizeDirectly(ec2, ids, more, ownerId) };
    return [create, change, one.resync, resync];
  });
}

async function onGround<T>(work: (ground: Ground) => Promise<T>): Promise<T> {
  const ground = await startGround();
  try {
    return await work(ground);
  } finally {
    await ground.stop();
  }
}

/** Looks often enough not to be waited for long; in the ten seconds between them EC2's rate limits recover. */
function start({ server }: Ground): Promise<Operator> {
  return startOperator({ kubeconfig: server.kubeconfig, ownerId, resyncSeconds: 10 });
}

/** From kubectl apply until every set is Ready. Resolves to the seconds that took. */
async function apply({ server }: Ground, wanted: readonly WantedRule[]): Promise<number> {
  const start = performance.now();
  await applyObjects(server, awsAccount, ...cidrSets(wanted));
  await server.kubectl('wait', '--for=condition=Ready', 'cidrset', '--all', '--timeout=30m');
  return (performance.now() - start) / 1000;
}

/** One look by the clock. Resolves to the seconds it took. */
async function look(operator: Operator): Promise<number> {
  const { seconds } = await operator.looks();
  return (await lookEnded(operator)).seconds - seconds;
}

async function lookEnded(operator: Operator) {
  const { ended } = await operator.looks();
  return eventually(async () => {
    const looks = await operator.looks();
    if (looks.ended === ended) throw new Error('the operator does not look any more');
    return looks;
  }, 120_000);
}

/** Counts the calls of what is done between two looks by the clock. */
function measuring({ edge }: Ground, operator: Operator, groups: number) {
  return async (name: string, work: () => Promise<number>): Promise<Scenario> => {
    if (edge.calls.length > 0) await lookEnded(operator);
    const from = edge.calls.length;
    const seconds = await work();
    const calls = edge.calls.slice(from);
    const mutatingCalls = calls.filter(({ mutating }) => mutating).length;
    const readCalls = calls.length - mutatingCalls;
    return { name, groups, rulesPerGroup, mutatingCalls, readCalls, seconds, ...(await operator.memory()) };
  };
}
