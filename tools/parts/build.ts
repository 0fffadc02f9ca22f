import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, run } from './command.js';
import type { Recipe } from './recipes.js';

/** Told when a build starts, each second of it, and when it is done. */
export interface PartProgress {
  /** What is built and its version: `etcd v3.6.16`. */
  readonly title: string;
  /** How long that takes on a small machine: `about a minute`. */
  readonly takes: string;
  readonly state: 'building' | 'ready';
  readonly seconds: number;
  /** What the build printed last. */
  readonly detail: string;
}

/** Registries fail at times. What a step got before it failed it need not get again. */
const ATTEMPTS = 3;
const PAUSE_MS = 5_000;

export type OnProgress = (progress: PartProgress) => void;

/** A part can't be had; the message says why and what to do. */
export class PartError extends Error {
  override readonly name = 'PartError';
}

/** The folder that a recipe's locks are in and its steps run in. */
export function folderOf({ folder }: Recipe): string {
  return join(import.meta.dirname, '..', folder);
}

/**
 * Carries out a recipe's steps, which fill the folder `out`.
 *
 * @throws PartError
 */
export async function build(recipe: Recipe, out: string, onProgress: OnProgress): Promise<void> {
  await requireTool(recipe);
  const started = Date.now();
  let detail = '';
  function report(state: PartProgress['state']): void {
    const { title, takes } = recipe;
    onProgress({ title, takes, state, seconds: (Date.now() - started) / 1000, detail });
  }
  function onLine(line: string): void {
    detail = line;
  }

  report('building');
  const ticker = setInterval(report, 1000, 'building');
  try {
    for (const [command, ...args] of recipe.steps) {
      await persistently(() =>
        run(inOut(command), args.map(inOut), { cwd: folderOf(recipe), env: recipe.env, onLine }),
      );
    }
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new PartError(`${recipe.title} could not be built: ${cause.message}`, { cause });
  } finally {
    clearInterval(ticker);
  }
  report('ready');

  function inOut(text: string): string {
    return text.replace('{out}', out);
  }
}

/** @throws what the last attempt does */
async function persistently(step: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await step();
      return;
    } catch (error) {
      if (!(error instanceof CommandError) || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function requireTool(recipe: Recipe): Promise<void> {
  const { command, version, least, remedy } = recipe.needs;
  const wanted = `${recipe.title} needs ${command} ${least} or later`;
  const printed = await run(command, version, { cwd: folderOf(recipe) }).catch((cause: unknown) => {
    throw new PartError(`${wanted}, but there is none on the PATH. ${remedy}`, { cause });
  });
  const found = /\d+\.\d+/.exec(printed)?.[0] ?? printed;
  if (found.localeCompare(least, 'en', { numeric: true }) < 0) {
    throw new PartError(`${wanted}, but the one on the PATH is ${found}. ${remedy}`);
  }
}
