import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterEach, expect, it } from '@jest/globals';
import { companyAccounts } from '../support/company.js';
import { eventually } from '../support/eventually.js';

interface Demo {
  process: ChildProcess;
  /** What it has printed. */
  output(): string;
  /** Resolves, when it has printed the words, to the ids of all processes that it runs. */
  printed(words: string): Promise<number[]>;
  exit: Promise<number | null>;
}

const demos: Demo[] = [];

afterEach(async () => {
  for (const { process: child, exit } of demos.splice(0)) {
    // What it started ends with it.
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
    await exit;
  }
});

/** In a process group of its own, as a terminal starts it. */
function startDemo(...args: string[]): Demo {
  const child = spawn('npm', ['run', '--silent', 'demo', '--', ...args], { detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const demo: Demo = {
    process: child,
    output: () => output,
    async printed(words) {
      await Promise.race([demo.exit, eventually(() => expect(output).toContain(words), 240_000)]);
      expect(output).toContain(words);
      return descendants(child.pid ?? 0);
    },
    exit: once(child, 'close').then(([code]) => code),
  };
  demos.push(demo);
  return demo;
}

/** The process itself, and all that it, and they, started. */
async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const parent of family) {
    family.push(...processes.flatMap(([child = 0, ppid]) => (ppid === parent ? [child] : [])));
  }
  return family;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('plays by itself, proves what it shows, and leaves nothing running', async () => {
  const demo = startDemo('--once');
  const pids = await demo.printed('▸ rest');
  expect(await demo.exit).toBe(0);

  const lines = demo.output().trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
    converged: true,
    accounts: companyAccounts.length,
    securityGroups: 14,
    rules: 521,
    foreignRulesKept: 9,
    driftRepaired: true,
    mutatingCallsWhenConverged: 0,
  });
  expect(lines.filter((line) => line.length > 100 || line.includes('\x1b'))).toEqual([lines.at(-1)]);
  expect(pids.length).toBeGreaterThan(5);
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
});

it('tells the story of a job and a node that reach GitLab privately', async () => {
  const demo = startDemo('story', '--once');
  const pids = await demo.printed('▸ proof');
  expect(await demo.exit).toBe(0);

  const lines = demo.output().trimEnd().split('\n');
  expect(lines.at(-1)).toBe(
    '{"story":"ok","podPull":true,"podPush":true,"nodePull":true,"gitClone":true,"publicPackets":0}',
  );
  expect(lines.filter((line) => line.length > 100 || line.includes('\x1b'))).toEqual([]);
  expect(pids.length).toBeGreaterThan(8);
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
});

it.each([
  { args: [], typed: 'source .demo/env && kubectl sallyport status --help', shown: 'Usage: kubectl sallyport status' },
  { args: ['story'], typed: 'true', shown: '' },
])('waits for Ctrl-C to stop all that it started: $args', async ({ args, typed, shown }) => {
  const demo = startDemo(...args);
  const pids = await demo.printed('Ctrl-C stops everything.');
  expect((await promisify(execFile)('bash', ['-c', typed])).stdout).toContain(shown);
  process.kill(-(demo.process.pid ?? 0), 'SIGINT');
  expect(await demo.exit).toBe(0);
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
});
