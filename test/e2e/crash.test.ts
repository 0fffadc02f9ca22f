import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetResourceSharesCommand, RAMClient } from '@aws-sdk/client-ram';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cidrsets } from '../../src/api/cidr-set.gen.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import type { Group } from '../support/group.js';
import { IpSets } from '../support/ip-sets.js';
import { PrefixLists } from '../support/prefix-lists.js';
import { type ServerProcess, startServer } from '../support/process.js';

const KEPT = '203.0.113.0/24';
const BEFORE = '198.51.100.0/24';
const AFTER = '192.0.2.0/24';
const V6 = '2001:db8::/32';

const SHARED = '111111111111';
const TEAM = '222222222222';
const REGION = 'eu-west-1';

/** Steps wait for others to be seen done, and that is most of the time: several crash side by side. */
const LANES = 4;
const NEVER = Number.POSITIVE_INFINITY;

let folder: string;
let program: string;
let lanes: Lane[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-crash-'));
  program = join(folder, 'sallyport.mjs');
  await promisify(execFile)(process.execPath, ['tools/build.mjs', program]);
  const grounds = await Promise.all(Array.from({ length: LANES }, startGround));
  lanes = await Promise.all(grounds.map(makeLane));
});
afterAll(async () => {
  for (const { operator, ground } of lanes) await operator.kill().then(ground.stop);
  await rm(folder, { recursive: true });
});

/** A ground with the operator as it is delivered, the same pod each time. */
interface Lane {
  ground: Ground;
  groups: [one: Group, two: Group, three: Group];
  lists: PrefixLists;
  operator: ServerProcess;
}

async function makeLane(ground: Ground): Promise<Lane> {
  const groups = await Promise.all([
    ground.makeGroup(`shared/${REGION}`, { name: 'one', rules: [`tcp/22 ${KEPT}`] }),
    ground.makeGroup(`shared/${REGION}`, { name: 'two', rules: [`tcp/443 ${AFTER}`, `tcp/80 ${BEFORE}`] }),
    ground.makeGroup(`shared/${REGION}`, { name: 'three', rules: [`tcp/22 ${KEPT}`] }),
  ]);
  const lists = new PrefixLists(ground.edge.clientFor(SHARED, REGION));
  await ground.apply(awsAccount('shared'));
  return { ground, groups, lists, operator: await start(ground) };
}

function start({ server, edge }: Ground): Promise<ServerProcess> {
  const options = ['--identity=pod', '--health-address=127.0.0.1:0', '--log-level=warn', '--resync=0.3'];
  return startServer(process.execPath, {
    args: [program, 'run', ...options],
    env: { KUBECONFIG: server.kubeconfig, AWS_ENDPOINT_URL: edge.url },
    log: join(folder, 'operator.log'),
    isReady: async () => true,
  });
}

/** All that there is in AWS. */
async function holdings({ ground: { edge }, groups, lists }: Lane): Promise<string[]> {
  const names = new Map<string, string>();
  const listed: string[] = [];
  for (const name of await lists.names()) {
    const { id = '', entries } = (await lists.see(name)) ?? {};
    names.set(id, name);
    listed.push(`list ${name}: ${entries}`);
  }
  const rules = (await Promise.all(groups.map((group) => group.notedRules()))).flat();
  const ipSets = await new IpSets(edge.client(WAFV2Client, SHARED, REGION)).names();
  const own = new GetResourceSharesCommand({ resourceOwner: 'SELF', resourceShareStatus: 'ACTIVE' });
  const { resourceShares = [] } = await edge.client(RAMClient, SHARED, REGION).send(own);
  return [
    ...rules.map((rule) => rule.replace(/pl-\w+/, (id) => names.get(id) ?? 'a list that is not there')),
    ...listed,
    ...ipSets.map((name) => `IP set ${name}`),
    ...resourceShares.map(({ name }) => `share ${name}`),
  ];
}

/** From home to there `vpn` goes, another CIDR takes the place of one, a list that of rules, and objects are made. */
async function ask({ ground, groups: [one, two, three] }: Lane, there: boolean): Promise<void> {
  const [description, moved, via] = there
    ? ['Porto', AFTER, 'PrefixList' as const]
    : ['Berlin', BEFORE, 'Rules' as const];
  const objects = { prefixLists: [{ name: 'lists', shareWith: [TEAM] }], wafIpSets: [{ name: 'edge' }] };
  const { targets } = into([one, two]);
  await ground.apply(
    cidrSet('office', [{ cidr: KEPT, description }, moved], { targets: { ...targets, ...(there && objects) } }),
    cidrSet('partners', [KEPT, moved], into(three, { via })),
  );
  if (there) await ground.client.delete(cidrsets, { name: 'vpn' });
  else await ground.apply(cidrSet('vpn', [KEPT, V6], into([one, two])));

  for (const name of ['office', 'partners']) await ground.told(`cidrset/${name}`, 'True InSync');
  if (!there) await ground.told('cidrset/vpn', 'True InSync');
  else await eventually(async () => expect(await ground.client.get(cidrsets, { name: 'vpn' })).toBeUndefined());
}

/** Whether KEPT can go wherever it always may: by a rule, or by a list that has it. */
async function letsIn({ groups: [one, two, three], lists }: Lane): Promise<boolean> {
  const list = await lists.see('sallyport-partners-ipv4');
  const byList = list?.entries.includes(KEPT) ? [`* tcp/443 ${list.id}`] : [];
  const lets = async (group: Group, ...ways: string[]) => (await group.rules()).some((rule) => ways.includes(rule));
  const direct = `* tcp/443 ${KEPT}`;
  const all = await Promise.all([lets(one, direct), lets(two, direct), lets(three, direct, ...byList)]);
  return all.every((each) => each);
}

interface Crossing {
  calls: number;
  /** What there is in the end. */
  held: string[];
  /** Whether KEPT was let in when the operator died; empty where it made fewer calls. */
  open: boolean[];
}

/** Asks for what is there, or for what is at home. The operator dies with the answer to its nth call, and another starts. */
async function crossing(lane: Lane, there: boolean, nth: number): Promise<Crossing> {
  const { ground } = lane;
  let calls = 0;
  const open: boolean[] = [];
  let death = Promise.resolve();
  let isOver = false;
  async function die(): Promise<void> {
    await lane.operator.kill();
    try {
      open.push(await letsIn(lane));
    } finally {
      lane.operator = await start(ground);
    }
  }
  const fault = ground.edge.fault({
    effect: async (_call, next) => {
      const answer = await next();
      calls += 1;
      if (calls !== nth || isOver) return answer;
      death = die();
      return death.then(() => answer);
    },
  });
  await ask(lane, there);
  isOver = true;
  fault.stop();
  await death;
  return { calls, held: await holdings(lane), open };
}

it('does the same in the end, and never less than it must, when killed at any of its calls to AWS', async () => {
  await Promise.all(lanes.map((lane) => ask(lane, false)));
  const [first] = lanes as [Lane];
  const home = await holdings(first);
  const going = await crossing(first, true, NEVER);
  const coming = await crossing(first, false, NEVER);
  expect(coming.held).toEqual(home);
  expect(going.calls + coming.calls).toBeGreaterThanOrEqual(60);

  let nth = 0;
  let kills = 0;
  async function crash(lane: Lane): Promise<void> {
    while (nth < Math.max(going.calls, coming.calls)) {
      nth += 1;
      const at = nth;
      for (const there of [true, false]) {
        const { held, open } = await crossing(lane, there, at);
        expect({ at, there, held }).toEqual({ at, there, held: there ? going.held : home });
        expect(open).not.toContain(false);
        kills += open.length;
      }
    }
  }
  await Promise.all(lanes.map(crash));
  expect(kills).toBeGreaterThanOrEqual(60);
}, 900_000);
