import { createHash } from 'node:crypto';
import { access, constants, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { build, folderOf, type OnProgress, PartError } from './build.js';
import { type PartName, parts, type Recipe } from './recipes.js';

/**
 * Paths of the parts' executables. A part that the cache doesn't hold is built first; one that it holds costs
 * milliseconds. etcd, kube-apiserver and kubectl found in $KUBEBUILDER_ASSETS are used as they are.
 *
 * @throws PartError
 */
export async function ensureParts<N extends PartName>(
  names: readonly N[],
  { onProgress = () => {} }: { readonly onProgress?: OnProgress } = {},
): Promise<Record<N, string>> {
  const paths = {} as Record<N, string>;
  for (const name of names) paths[name] = (await givenPart(name)) ?? (await cachedPart(name, onProgress));
  return paths;
}

async function givenPart(name: PartName): Promise<string | undefined> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (!assets) return undefined;
  const path = join(assets, name);
  return (await has(path, constants.X_OK)) ? path : undefined;
}

async function cachedPart(name: PartName, onProgress: OnProgress): Promise<string> {
  const { recipe, executable } = parts[name];
  const dir = join(cacheDir(), `${basename(recipe.folder)}-${await cacheKey(recipe)}`);
  const path = join(dir, executable);
  const wasThere = await has(dir, constants.F_OK);
  if (await has(path, constants.X_OK)) return path;

  // What is there can't be run: a venv whose Python was uninstalled. What was not there is whole by now, or still missing.
  if (wasThere) await rm(dir, { recursive: true, force: true });
  await mkdir(cacheDir(), { recursive: true });
  // Filled under another name, so that what has the right name is whole, whoever else builds it or is interrupted.
  const out = await mkdtemp(`${dir}.`);
  try {
    await build(recipe, out, onProgress);
    if (!(await has(join(out, executable), constants.X_OK))) {
      throw new PartError(`${recipe.title} is not published for ${process.platform}-${process.arch}.`);
    }
    await rename(out, dir).catch(async (cause: unknown) => {
      const builtByAnother = await has(path, constants.X_OK);
      if (!builtByAnother) throw cause;
    });
    return path;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function cacheDir(): string {
  const { SALLYPORT_CACHE, XDG_CACHE_HOME } = process.env;
  return SALLYPORT_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'sallyport');
}

async function cacheKey(recipe: Recipe): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, recipe.env, recipe.steps]));
  for (const lock of recipe.locks) hash.update(await readFile(join(folderOf(recipe), lock)));
  return hash.digest('hex').slice(0, 16);
}

async function has(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
