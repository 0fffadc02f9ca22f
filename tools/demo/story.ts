/** `npm run demo -- story`: a job and a node reach GitLab and its registry privately, on one machine. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ActName, actNames, acts, play } from '../../test/support/story/acts.js';
import { recipes, tryRecipe } from '../../test/support/story/recipes.js';
import { ours, publicAddresses } from '../../test/support/story/scene.js';
import { PARTS, type Stage, startStage } from '../../test/support/story/stage.js';
import { ensureParts } from '../parts/ensure.js';
import { showProgress } from '../parts/progress.js';
import { parts } from '../parts/recipes.js';
import type { Outcome } from './main.js';
import { begin, type Cell, end, paint, table } from './screen.js';
import { STATE } from './stage.js';

/** What is said of an act that went well. */
const proven: Record<ActName, string> = {
  podClone: 'git clone https://gitlab.example.com/group/app, redirected',
  podPush: "crane push registry.example.com/group/app, with GitLab's token",
  podPull: 'crane pull registry.example.com/group/app, likewise',
  podOtherName: "kas.gitlab.example.com, which isn't behind the endpoint, resolves as before",
  nodePull: "containerd's client pulls it: mirror, credentials, realm, proxy",
  nodeClone: 'git clone https://gitlab.privatelink.example.com/group/app, redirected too',
  nodeSignIn: 'a sign-in elsewhere is told where to come back to as GitLab says it',
};

const ways = {
  ClusterDNS: "pods ask the cluster's CoreDNS, edited; nodes have a mirror",
  JobDNS: 'pods ask a CoreDNS of their own; nodes have a mirror',
};
const verbs = { ok: 'goes well', failed: 'fails', public: 'goes public' };

export async function tellStory(once: boolean, onStarted: (stop: () => Promise<void>) => void): Promise<Outcome> {
  if (process.platform !== 'linux') throw new Error('The story needs Linux, for its network namespaces');
  await ensureParts(PARTS, { onProgress: showProgress(process.stdout) });
  begin('tools', [...new Set(PARTS.map((name) => parts[name].recipe.title))].join(', '));
  end();
  const stage = await startStage(onStarted);
  begin(
    'network',
    `${Object.keys(stage.hosts).length} hosts; gitlab.example.com is ${publicAddresses['gitlab.example.com']}`,
  );
  end(', where nobody answers');

  const before = await stage.publicPackets();
  const failed = new Set<ActName>();
  for (const way of ['ClusterDNS', 'JobDNS'] as const) {
    begin('way', `${way}: ${ways[way]}`);
    end();
    await stage.set(ours[way]);
    for (const act of actNames) if (!(await show(stage, act))) failed.add(act);
  }
  const publicPackets = (await stage.publicPackets()) - before;
  begin('proof', `${publicPackets} packets to public addresses, by the counters of all hosts' kernels`);
  end();

  begin('else', 'what is recommended elsewhere, tried the same way (names without .example.com)');
  end();
  table(await pitfalls(stage));
  const counted = (await stage.publicPackets()) - before - publicPackets;
  begin('control', `the same counters counted ${counted} packets of these`);
  end();

  const isWell = failed.size === 0 && publicPackets === 0 && counted > 0;
  const verdict = {
    story: isWell ? 'ok' : 'failed',
    podPull: !failed.has('podPull'),
    podPush: !failed.has('podPush'),
    nodePull: !failed.has('nodePull'),
    gitClone: !failed.has('podClone') && !failed.has('nodeClone'),
    publicPackets,
  };
  if (!once && isWell) await invite(stage, onStarted);
  return { verdict, code: isWell ? 0 : 1 };
}

/** Plays an act, and says whether it went well. */
async function show(stage: Stage, name: ActName): Promise<boolean> {
  const { outcome, output } = await play(stage, name);
  const isWell = outcome === 'ok';
  table([[[acts[name].on, paint.bold], [proven[name]], [outcome, isWell ? paint.green : paint.red]]], [4, 76]);
  if (!isWell) end(output);
  return isWell;
}

/** What breaks first under each other recipe. */
async function pitfalls(stage: Stage): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for (const recipe of recipes.filter(({ why }) => why)) {
    const { stanza, outcomes } = await tryRecipe(stage, recipe);
    const broken = actNames.find((name) => outcomes[name] !== 'ok');
    const shown = stanza.replaceAll('.example.com', '');
    if (!broken) rows.push([[shown], ['nothing that is tried here', paint.dim]]);
    else rows.push([[shown], [`${acts[broken].on}: ${acts[broken].title} ${verbs[outcomes[broken]]}`, paint.red]]);
  }
  await stage.set(ours.ClusterDNS);
  return rows;
}

/** Leaves the pod and the node to the person; never resolves. */
async function invite(stage: Stage, onStarted: (stop: () => Promise<void>) => void): Promise<never> {
  await mkdir(STATE, { recursive: true });
  for (const name of ['pod', 'node'] as const) {
    const exported = Object.entries({ ...stage.env, TAG: 'main' }).map(([key, value]) => `export ${key}='${value}'\n`);
    const script = `#!/bin/sh\n${exported.join('')}[ $# -gt 0 ] || set -- sh\nexec ${stage.hosts[name].enter.join(' ')} "$@"\n`;
    await writeFile(`${STATE}/${name}`, script, { mode: 0o755 });
    onStarted(() => rm(`${STATE}/${name}`, { force: true }));
  }
  end('\nYours to play with:');
  table([
    [
      [`${STATE}/pod`, paint.bold],
      ['a shell in the pod, with what a job has', paint.dim],
    ],
    [
      [`${STATE}/pod getent ahosts gitlab.example.com`, paint.bold],
      ['the endpoint', paint.dim],
    ],
    [
      [`${STATE}/node getent ahosts gitlab.example.com`, paint.bold],
      ['the public address', paint.dim],
    ],
    [
      [`less ${stage.folder}/endpoint.log`, paint.bold],
      ['what the proxy says; others have their logs there, too', paint.dim],
    ],
  ]);
  end('What leaves for a public address shows here. Ctrl-C stops everything.');
  for (let before = await stage.publicPackets(); ; await sleep(200)) {
    const now = await stage.publicPackets();
    if (now > before) end(`    ${now - before} packets left for public addresses`);
    before = now;
  }
}
