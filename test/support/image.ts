import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureParts } from '../../tools/parts/ensure.js';

const run = promisify(execFile);

/** What the last stage of the Dockerfile says. */
interface LastStage {
  from: string;
  /** Paths in the folder that was built in, by where they go. */
  files: Map<string, string>;
  user: number;
  entrypoint: string[];
  cmd: string[];
}

/** A container without a container runtime: a root that holds what the Dockerfile copies, read-only, and no root user. */
export interface Container {
  /** Precedes the arguments; there is no environment but what `env` gives. */
  command(env?: Readonly<Record<string, string>>): [command: string, ...args: string[]];
  /** What the image runs where a pod names no arguments. */
  cmd: string[];
  remove(): Promise<void>;
}

export async function lastStage(): Promise<LastStage> {
  const lines = (await readFile('Dockerfile', 'utf8')).replaceAll('\\\n', ' ').split('\n');
  const stage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const args = (word: string) =>
    stage.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length).trim());
  const [from = ''] = args('FROM');
  const [user = ''] = args('USER');
  const [entrypoint = ''] = args('ENTRYPOINT');
  const [cmd = ''] = args('CMD');
  const files = args('COPY').flatMap((copy) => {
    const [stageName, ...paths] = copy.split(/\s+/);
    const to = paths.pop() ?? '';
    if (stageName !== '--from=build') throw new Error(`COPY ${copy}: not out of what was built`);
    return paths.map((path): [string, string] => [
      to.endsWith('/') ? join(to, basename(path)) : to,
      path.replace('/sallyport/', ''),
    ]);
  });
  return {
    from,
    files: new Map(files),
    user: Number(user.split(':')[0]),
    entrypoint: JSON.parse(entrypoint),
    cmd: JSON.parse(cmd),
  };
}

/** Builds as the Dockerfile does, in a new folder that holds only what .dockerignore lets through. Resolves to the folder. */
export async function buildInNewFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-image-'));
  const ignore = await readFile('.dockerignore', 'utf8');
  for (const [, path = ''] of ignore.matchAll(/^!(.+)$/gm)) await cp(path, join(folder, path), { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await run('npm', ['run', 'build'], { cwd: folder });
  return folder;
}

/** @param volumes Files to be mounted, content by path. */
export async function container(built: string, volumes: Readonly<Record<string, string>> = {}): Promise<Container> {
  const { files, user, entrypoint, cmd } = await lastStage();
  const [node = '', ...args] = entrypoint;
  const { node24 } = await ensureParts(['node24']);
  const root = await mkdtemp(join(tmpdir(), 'sallyport-container-'));
  for (const [to, from] of files) await cp(join(built, from), join(root, to), { recursive: true });
  for (const [path, content] of Object.entries(volumes)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  // The base image's part: Node.js, what it is linked with, and what a container runtime mounts.
  const { stdout } = await run('ldd', [node24]);
  const libraries = [...stdout.matchAll(/\/\S+(?= \(0x)/g)].map(([path]) => path);
  for (const library of libraries) await cp(library, join(root, library), { dereference: true });
  for (const folder of ['proc', 'dev', dirname(node)]) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, node), '');

  const script = `set -e
    mount --bind "$1" "$1"
    mount --bind "$2" "$1${node}"
    mount --rbind /proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount -o remount,bind,ro "$1"
    root=$1
    shift 2
    exec unshare --user --map-user=${user} --map-group=${user} --root="$root" --wd=/ "$@"`;
  return {
    cmd,
    command: (env = {}) => [
      'env',
      '--ignore-environment',
      `PATH=${process.env.PATH}`,
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', root, node24, node, ...args],
    ],
    remove: () => rm(root, { recursive: true }),
  };
}
