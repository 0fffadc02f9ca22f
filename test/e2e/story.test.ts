import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ActName, play } from '../support/story/acts.js';
import type { GitLabRequest } from '../support/story/gitlab.js';
import type { Ran } from '../support/story/host.js';
import { markdown, recipes, type Tried, tryRecipe } from '../support/story/recipes.js';
import { addresses, ours } from '../support/story/scene.js';
import { type Stage, startStage } from '../support/story/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());

/** What came of an act, and what GitLab was asked for meanwhile. */
async function played(name: ActName): Promise<Ran & { asked: GitLabRequest[] }> {
  const before = (await stage.gitlabRequests()).length;
  const ran = await play(stage, name);
  return { ...ran, asked: (await stage.gitlabRequests()).slice(before) };
}

/** As GitLab is to see whoever asks: under its own name, by the proxy. */
function proxied(...requests: Partial<GitLabRequest>[]): object[] {
  const way = { host: 'gitlab.example.com', forwardedHost: 'gitlab.example.com', from: addresses.endpoint };
  return requests.map((request) => expect.objectContaining({ ...way, ...request }));
}

const user = 'gitlab-ci-token';
const clone = [
  { path: '/group/app/info/refs', user: '' },
  { path: '/group/app.git/info/refs', user: '' },
  { path: '/group/app.git/info/refs', user },
  { path: '/group/app.git/git-upload-pack', user },
  { path: '/group/app.git/git-upload-pack', user },
];
const token = { method: 'GET', path: '/jwt/auth', user };

it.each(Object.keys(addresses) as (keyof typeof addresses)[])(
  'a packet that %s sends to a public address is counted',
  async (name) => {
    const before = await stage.publicPackets();
    const [command, ...args] = stage.hosts[name].enter;
    const send = "const s = require('dgram').createSocket('udp4'); s.send('x', 443, '203.0.113.10', () => s.close())";
    await promisify(execFile)(command, [...args, process.execPath, '-e', send]);
    expect((await stage.publicPackets()) - before).toBe(1);
  },
);

describe.each(Object.entries(ours))('with %s,', (_, setting) => {
  let counted: number;
  beforeAll(async () => {
    await stage.set(setting);
    counted = await stage.publicPackets();
  });

  it("a pod clones, and is redirected to GitLab's own name", async () => {
    const { outcome, output, asked } = await played('podClone');
    expect([outcome, output]).toEqual(['ok', 'The application\n']);
    expect(asked).toEqual(proxied(...clone));
  });

  it('a pod pushes and pulls an image, and a node pulls it by its mirror', async () => {
    const push = await played('podPush');
    expect(push).toMatchObject({ outcome: 'ok', asked: proxied(token, token) });
    const digest = /app@(sha256:\w{64})$/m.exec(push.output)?.[1];

    const pull = await played('podPull');
    expect(pull).toMatchObject({ outcome: 'ok', output: `${digest}\n`, asked: proxied(token) });

    const nodePull = await played('nodePull');
    expect(nodePull.outcome).toBe('ok');
    expect(nodePull.output.match(/^sha256:\w{64}$/gm)).toEqual([digest, digest]);
    expect(nodePull.asked).toEqual(proxied(...nodePull.asked.map(() => ({ path: '/jwt/auth' }))));
    expect(nodePull.asked).toEqual(expect.arrayContaining(proxied(token)));
    expect(new Set(await stage.registryHosts())).toEqual(new Set(['registry.example.com']));
  });

  it("names beneath GitLab's are what they were", async () => {
    expect((await played('podOtherName')).outcome).toBe('ok');
  });

  it('a node that says the private name stays with it, through redirects', async () => {
    const { outcome, output, asked } = await played('nodeClone');
    expect([outcome, output]).toEqual(['ok', 'The application\n']);
    expect(asked).toEqual(proxied(...clone));
    expect((await played('nodeSignIn')).outcome).toBe('ok');
  });

  it('nobody sent a packet to a public address', async () => {
    expect((await stage.publicPackets()) - counted).toBe(0);
  });
});

it('what else is recommended breaks as docs/interception-pitfalls.md says', async () => {
  const tried: Tried[] = [];
  for (const recipe of recipes) tried.push(await tryRecipe(stage, recipe));
  expect(await readFile('docs/interception-pitfalls.md', 'utf8')).toContain(markdown(tried));
});
