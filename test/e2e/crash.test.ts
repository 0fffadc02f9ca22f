import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cidrsets } from '../../src/api/cidr-set.gen.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import type { Group } from '../support/group.js';
import { type ServerProcess, startServer } from '../support/process.js';

const KEPT = '203.0.113.0/24';
const BEFORE = '198.51.100.0/24';
const AFTER = '192.0.2.0/24';
const NEVER = 0;

let ground: Ground;
let folder: string;
let groups: [Group, Group];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-crash-'));
  [ground] = await Promise.all([startGround(), promisify(execFile)(process.execPath, ['tools/build.mjs'])]);
  groups = await Promise.all([
    ground.makeGroup('shared/eu-west-1', { name: 'one', rules: [`tcp/22 ${KEPT}`] }),
    ground.makeGroup('shared/eu-west-1', { name: 'two', rules: [`tcp/443 ${AFTER}`, `tcp/80 ${BEFORE}`] }),
  ]);
  await ground.apply(awsAccount('shared'));
});
afterAll(async () => {
  await ground.stop();
  await rm(folder, { recursive: true });
});

/** The operator as it is delivered, the same pod each time. */
function start(): Promise<ServerProcess> {
  const options = ['--identity=pod', '--health-address=127.0.0.1:0', '--log-level=warn'];
  return startServer(process.execPath, {
    args: ['dist/sallyport.js', 'run', ...options],
    env: { KUBECONFIG: ground.server.kubeconfig },
    log: join(folder, 'operator.log'),
    isReady: async () => true,
  });
}

async function rules(): Promise<string[]> {
  return (await Promise.all(groups.map((group) => group.notedRules()))).flat();
}

/** Once the operator has done so, what there is to do is to add, to note, to remove, and to let a deleted set go. */
async function prepare(): Promise<void> {
  const office = cidrSet('office', [{ cidr: KEPT, description: 'Berlin' }, BEFORE], into(groups));
  await ground.apply(office, cidrSet('vpn', [KEPT, '2001:db8::/32'], into(groups)));
  await ground.told('cidrset/office', 'True InSync: 4 rules');
  await ground.told('cidrset/vpn', 'True InSync: 4 rules');
}

async function act(): Promise<void> {
  await ground.apply(cidrSet('office', [{ cidr: KEPT, description: 'Porto' }, AFTER], into(groups)));
  await ground.client.delete(cidrsets, { name: 'vpn' });
}

async function done(): Promise<void> {
  await ground.told('cidrset/office', 'True InSync: 4 rules');
  await eventually(async () => expect(await ground.client.get(cidrsets, { name: 'vpn' })).toBeUndefined());
}

it('does the same in the end, and never less than it must, when killed at any of its calls to AWS', async () => {
  let operator = await start();

  /**
   * Leaves the operator something to do while it is down, starts it, and lets it die with the answer to its nth call.
   * @returns false when it was done before
   */
  async function diesAt(nth: number): Promise<boolean> {
    await prepare();
    await operator.kill();
    await act();
    let calls = 0;
    let tell = () => {};
    const death = new Promise<boolean>((resolve) => {
      tell = () => resolve(true);
    });
    const fault = ground.edge.fault({
      effect: async (_call, next) => {
        const answer = await next();
        if (++calls === nth) await operator.kill().then(tell);
        return answer;
      },
    });
    operator = await start();
    const died = await Promise.race([death, done().then(() => false)]);
    fault.stop();
    return died;
  }

  expect(await diesAt(NEVER)).toBe(false);
  const undisturbed = await rules();
  expect(undisturbed).toEqual([
    `* tcp/443 ${AFTER} "[office]"`,
    `* tcp/443 ${KEPT} "[office] Porto"`,
    `tcp/22 ${KEPT} ""`,
    `* tcp/443 ${KEPT} "[office] Porto"`,
    `tcp/443 ${AFTER} ""`,
    `tcp/80 ${BEFORE} ""`,
  ]);
  let nth = 1;
  for (; await diesAt(nth); nth++) {
    for (const group of groups) expect(await group.rules()).toContain(`* tcp/443 ${KEPT}`);
    operator = await start();
    await done();
    expect(await rules()).toEqual(undisturbed);
  }
  // At least two calls for the identity, two reads, and a write of each kind to each group that needs it.
  expect(nth).toBeGreaterThan(9);
  await operator.kill();
}, 400_000);
