import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { makeImage } from './files.js';
import { type Ran, run } from './host.js';
import type { Stage } from './stage.js';

/** What people and machines do, unchanged, as a shell would; `$TAG` is what this round's images are tagged. */
export const acts = {
  podClone: {
    on: 'pod',
    title: 'git clone',
    shell: 'git clone -q https://$LOGIN@gitlab.example.com/group/app && git -C app log -1 --format=%s',
  },
  // The second project is called like GitLab.
  podPush: {
    on: 'pod',
    title: 'push',
    shell:
      'crane push image.tar registry.example.com/group/app:$TAG && ' +
      'crane push image.tar registry.example.com/group/gitlab.example.com:$TAG',
  },
  podPull: {
    on: 'pod',
    title: 'pull',
    shell: 'crane pull registry.example.com/group/app:main app.tar && crane digest --tarball app.tar',
  },
  podOtherName: {
    on: 'pod',
    title: 'another name',
    shell: 'getent ahostsv4 kas.gitlab.example.com | grep "^203.0.113.12 "',
  },
  nodePull: {
    on: 'node',
    title: 'pull',
    shell:
      'containerd-pull $HOSTS_DIR $CREDENTIALS app registry.example.com/group/app:main && ' +
      'containerd-pull $HOSTS_DIR $CREDENTIALS namesake registry.example.com/group/gitlab.example.com:main',
  },
  nodeClone: {
    on: 'node',
    title: 'git clone',
    shell: 'git clone -q https://$LOGIN@gitlab.privatelink.example.com/group/app && git -C app log -1 --format=%s',
  },
  // Elsewhere it is said where to come back to, and that must be a name which is known there.
  nodeSignIn: {
    on: 'node',
    title: 'sign-in',
    shell:
      'node -e \'fetch(process.argv[1], { redirect: "manual" }).then((got) => console.log(got.headers.get("location")))\' ' +
      "https://gitlab.privatelink.example.com/users/auth/sso | grep '=https://gitlab.example.com/'",
  },
} as const satisfies Record<string, { on: 'pod' | 'node'; title: string; shell: string }>;
export type ActName = keyof typeof acts;

export const actNames = Object.keys(acts) as ActName[];

/** Each act has a folder of its own, and an image that was never pushed before. */
export async function play({ hosts, env, folder, publicPackets }: Stage, name: ActName, tag = 'main'): Promise<Ran> {
  const { on, shell } = acts[name];
  const cwd = await mkdtemp(join(folder, 'act-'));
  if (name === 'podPush') await makeImage(cwd);
  return run(hosts[on], ['sh', '-c', `cd ${cwd} && ${shell}`], { ...env, TAG: tag }, publicPackets);
}
