import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cidrSet } from '../support/cluster.js';
import { commandsOf, fences, type ShownCommand } from '../support/console.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { openTerminal, type Terminal } from '../support/terminal.js';

/** Pages whose commands need a ground of their own, and the tests that run them. */
const ELSEWHERE: Record<string, string> = {
  'docs/doctor.md': 'test/e2e/doctor.test.ts',
  'docs/install.md': 'test/e2e/chart-install.test.ts',
  'docs/migration.md': 'test/e2e/migration.test.ts',
  'docs/status.md': 'test/e2e/overview.test.ts',
};

/** What no test runs, or only another one. */
const NOT_HERE: [command: RegExp, because: string][] = [
  [/^npm run demo/, 'test/e2e/demo.test.ts and story.test.ts do'],
  [/^npm run bench/, 'it measures for minutes'],
  [/^npm run release/, 'test/e2e/release.test.ts does'],
  [/^npm version/, 'it is for a release'],
  [/^npm install --global/, 'test/e2e/release.test.ts does'],
  [/^npm (ci|test|run)\b/, 'CI does'],
  [/^kubectl edit /, 'it opens an editor'],
  [/^helm (install|upgrade|uninstall)\b/, 'test/e2e/chart-install.test.ts does'],
  [/^sallyport plan\b/, 'test/e2e/plan-docs.test.ts does, to the letter'],
];

interface PageCommand extends ShownCommand {
  page: string;
}

async function pages(): Promise<string[]> {
  const found = await Promise.all(['docs', 'examples'].map((folder) => readdir(folder, { recursive: true })));
  const [docs = [], examples = []] = found.map((names) => names.filter((name) => name.endsWith('.md')).sort());
  const within = (folder: string) => (name: string) => `${folder}/${name}`;
  return ['README.md', 'CONTRIBUTING.md', ...docs.map(within('docs')), ...examples.map(within('examples'))];
}

async function shownCommands(): Promise<PageCommand[]> {
  const read = (await pages()).map(async (page) => {
    const blocks = fences(await readFile(page, 'utf8'));
    return blocks
      .filter(({ language, text }) => language === 'console' || /^\$ /m.test(text))
      .flatMap(({ text }) => commandsOf(text).map((command) => ({ page, ...command })));
  });
  return (await Promise.all(read)).flat();
}

const commands = await shownCommands();
const notHere = ({ command }: ShownCommand) => NOT_HERE.find(([pattern]) => pattern.test(command))?.[1];
const here = commands.filter((each) => !ELSEWHERE[each.page] && !notHere(each));

let ground: Ground;
let terminal: Terminal;
beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 500 });
  terminal = await openTerminal({ env: { KUBECONFIG: ground.server.kubeconfig, AWS_REGION: 'eu-west-1' } });
  const { folder } = terminal;
  await cp('examples', join(folder, 'examples'), { recursive: true });
  await mkdir(join(folder, '.demo'));
  await writeFile(join(folder, '.demo/env'), `export KUBECONFIG='${ground.server.kubeconfig}'\n`);
  for (const page of new Set(here.map(({ page }) => page))) {
    for (const { text } of fences(await readFile(page, 'utf8'))) {
      const [, name] = /^# (\S+\.\w+)\n/.exec(text) ?? [];
      if (name) await writeFile(join(folder, name), text);
    }
  }
  await makeWorld();
});
afterAll(async () => {
  await terminal?.close();
  await ground?.stop();
});

/** What the pages take for granted. */
async function makeWorld(): Promise<void> {
  const { kubectl } = ground.server;
  const examples = ['quickstart', 'discovery', 'private-link/gitlab.yaml', 'runner-pool/bottlerocket.yaml'];
  await kubectl('apply', ...examples.map((path) => `--filename=examples/${path}`));
  await kubectl('create', 'namespace', 'ingress');
  const configMaps = [{ name: 'office-cidrs', namespace: 'ingress' }];
  await ground.apply(cidrSet('in-cluster', ['203.0.113.0/26', '2001:db8:be::/48'], { targets: { configMaps } }));
  const metal = fences(await readFile('docs/runner-pool.md', 'utf8'), 'yaml').find(({ text }) =>
    text.includes('UserDataOnly'),
  );
  const file = join(terminal.folder, 'metal.yaml');
  await writeFile(file, metal?.text ?? '');
  await kubectl('apply', '-f', file);
  const corefile = '.:53 {\n    errors\n    reload\n}\n';
  await kubectl('create', 'configmap', 'coredns', '-n=kube-system', `--from-literal=Corefile=${corefile}`);
}

it('every command of the pages is run, here or by a test that names the page, or it is said why not', async () => {
  for (const [page, test] of Object.entries(ELSEWHERE)) expect(await readFile(test, 'utf8')).toContain(page);
  const lines = commands.flatMap((each) => {
    const because = notHere(each);
    return ELSEWHERE[each.page] || !because ? [] : [`${each.page}: ${each.command.split('\n')[0]}  (${because})`];
  });
  const whole = Object.entries(ELSEWHERE).map(([page, test]) => `${page}: all  (${test} does)`);
  process.stdout.write(`Not run here:\n${[...whole, ...lines].join('\n')}\n`);
  // None is hidden from this test by its form.
  for (const page of await pages()) {
    const text = (await readFile(page, 'utf8')).replace(/^( *)```.*?^\1```$/gms, '');
    expect({ page, bare: /^ {4}(kubectl|npm|npx|sallyport|helm|aws) .*$/m.exec(text)?.[0] }).toEqual({ page });
  }
});

/** Their exit code tells of the estate. */
const REPORTS = /^(npx |kubectl )?sallyport (plan|status|explain|doctor|map)\b/;

/** They print something, unless it goes into a file. */
const PRINTS = /^(npx |kubectl )?(sallyport|kubectl (get|describe|explain)) [^>]*$/;

it.each(here.map((each) => [`${each.page}: ${each.command}`, each] as const))('%s', async (_, { command, printed }) => {
  const [first] = printed;
  // Something is shown as an error, or diff finds what it is to find.
  const fails = /^(The \w+ ".*" is invalid|Error)/.test(first ?? '') || command.includes('| diff ');
  const ends = REPORTS.test(command) ? expect.any(Number) : Number(fails);
  await eventually(async () => {
    const { exitCode, output } = await terminal.run(command);
    expect({ exitCode, output }).toEqual({ exitCode: ends, output: expect.not.stringMatching(/^error: /m) });
    if (PRINTS.test(command)) expect(output.trim()).not.toBe('');
    if (first && first !== '...') expect(output.split('\n').map(beginning)).toContain(beginning(first));
  });
});

/** What is the same each time. */
function beginning(line: string): string {
  return line.trim().replace(/\s+/g, ' ').replace(/\d+/g, '#').slice(0, 30);
}
