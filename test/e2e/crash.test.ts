import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { ConnectionReset } from '../support/edge/effects.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import type { Group } from '../support/group.js';
import { type ServerProcess, startServer } from '../support/process.js';

const KEPT = '203.0.113.0/24';
const BEFORE = '198.51.100.0/24';
const AFTER = '192.0.2.0/24';

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

const former = () => cidrSet('office', [{ cidr: KEPT, description: 'Berlin' }, BEFORE], into(groups));
const later = () => cidrSet('office', [{ cidr: KEPT, description: 'Porto' }, AFTER], into(groups));
const inSync = async () => void (await ground.told('cidrset/office', 'True InSync'));
const gone = async () => expect((await ground.server.kubectl('get', 'cidrsets', '-o', 'name')).trim()).toBe('');
const remove = async () => void (await ground.server.kubectl('delete', 'cidrset', 'office', '--wait=false'));

describe.each([
  {
    what: 'change',
    prepare: () => ground.apply(former()).then(inSync),
    act: () => ground.apply(later()),
    done: inSync,
    present: [`* tcp/443 ${KEPT}`, `tcp/22 ${KEPT}`, `tcp/443 ${AFTER}`, `tcp/80 ${BEFORE}`],
  },
  {
    what: 'deletion',
    prepare: () => ground.apply(former()).then(inSync),
    act: remove,
    done: () => eventually(gone),
    present: [`tcp/22 ${KEPT}`, `tcp/443 ${AFTER}`, `tcp/80 ${BEFORE}`],
  },
])('a $what', ({ prepare, act, done, present }) => {
  it('survives a kill at each call to AWS', async () => {
    let operator = await start();
    /** Acts while the operator is down, starts it, and lets it die with the answer to its nth call. */
    async function dieAt(nth: number): Promise<number> {
      await prepare();
      await operator.kill();
      await act();
      let calls = 0;
      const death = ground.edge.fault({
        effect: async (_call, next) => {
          if (++calls !== nth) return next();
          await next();
          await operator.kill();
          throw new ConnectionReset();
        },
      });
      operator = await start();
      await (nth > 0 ? eventually(() => expect(calls).toBeGreaterThanOrEqual(nth)) : done());
      death.stop();
      return calls;
    }

    const calls = await dieAt(0);
    const undisturbed = await rules(); process.stderr.write(JSON.stringify([calls, ground.edge.calls.map((c) => c.action), undisturbed]) + '\n');
    for (let nth = 1; nth <= calls; nth++) {
      await dieAt(nth);
      await operator.kill();
      expect((await rules()).join('\n')).toEqual(expect.stringContaining(present[0] ?? ''));
      operator = await start();
      await done();
      expect(await rules()).toEqual(undisturbed);
    }
    await operator.kill();
  });
});
