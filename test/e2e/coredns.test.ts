import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withoutRewrites, withRewrites } from '../../src/corefile/edit.js';
import { parseCorefile } from '../../src/corefile/parser.js';
import { reloadHash } from '../../src/corefile/reload-hash.js';
import { type CoreDns, startCoreDns } from '../support/coredns.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/ports.js';

const rewrites = [
  { from: 'gitlab.example.com', to: 'gitlab.privatelink.example.net' },
  { from: 'registry.stub.example.com', to: 'registry.privatelink.example.net' },
];

/** Public names at 192.0.2, private ones at 10; a zone of its own beneath, and rules that would stop before ours. */
function corefileOn(port: number): string {
  function addresses(...lines: string[]): string {
    // For all names, not those of the block's zone only, as a forward is.
    return `    hosts /dev/null . {\n${lines.map((line) => `        ${line}\n`).join('')}    }\n`;
  }
  return [
    `.:${port} { # the cluster's`,
    '    bind 127.0.0.1',
    '    errors',
    '    reload 2s 1s',
    `    prometheus 127.0.0.1:${metricsPort}`,
    '    rewrite stop name regex (.*)gitlab.example.com {1}gitlab.example.com # "catches all',
    addresses(
      '192.0.2.1 gitlab.example.com',
      '192.0.2.2 registry.gitlab.example.com',
      '192.0.2.3 notgitlab.example.com',
      '10.0.0.1 gitlab.privatelink.example.net',
    ),
    '}',
    `stub.example.com:${port} {`,
    '    bind 127.0.0.1',
    '    rewrite stop name suffix .stub.example.com .stub.example.com',
    addresses('192.0.2.9 registry.stub.example.com', '10.0.0.9 registry.privatelink.example.net'),
    '}',
    '',
  ].join('\n');
}

let coredns: CoreDns;
let metricsPort: number;

beforeAll(async () => {
  metricsPort = await freePort();
  coredns = await startCoreDns(corefileOn, 'gitlab.example.com');
});

afterAll(() => coredns?.stop());

async function answers(): Promise<Record<string, string>> {
  const names = ['', 'registry.', 'not'].map((prefix) => `${prefix}gitlab.example.com`);
  const all = [...names, 'registry.stub.example.com', 'GitLab.Example.COM', 'gitlab.privatelink.example.net'];
  return Object.fromEntries(
    await Promise.all(all.map(async (name) => [name, (await coredns.resolver.resolve4(name)).join()] as const)),
  );
}

/** What the plugin reload tells of the Corefile that it saw last. */
async function publishedHash(): Promise<string | undefined> {
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return /^coredns_reload_version_info\{hash="sha512",value="(\w+)"\} 1$/m.exec(metrics)?.[1];
}

function predictedHash(text: string): string | undefined {
  const corefile = parseCorefile(text);
  return corefile.ok ? reloadHash(corefile.value) : undefined;
}

const publicAnswers = {
  'gitlab.example.com': '192.0.2.1',
  'registry.gitlab.example.com': '192.0.2.2',
  'notgitlab.example.com': '192.0.2.3',
  'registry.stub.example.com': '192.0.2.9',
  'GitLab.Example.COM': '192.0.2.1',
  'gitlab.privatelink.example.net': '10.0.0.1',
};

it('gives public names the private addresses and others theirs, from a reload to the one that takes it back', async () => {
  const corefile = corefileOn(coredns.port);
  expect(await answers()).toEqual(publicAnswers);

  const edit = withRewrites(corefile, rewrites, 'runners/gitlab', { port: coredns.port });
  if (!edit.ok) throw edit.error;
  expect(edit.value.findings).toMatchObject([{ kind: 'OtherBlock', from: 'registry.stub.example.com', line: 1 }]);
  await coredns.write(edit.value.text);
  await eventually(async () =>
    expect(await answers()).toEqual({
      ...publicAnswers,
      'gitlab.example.com': '10.0.0.1',
      'GitLab.Example.COM': '10.0.0.1',
      'registry.stub.example.com': '10.0.0.9',
    }),
  );
  await eventually(async () => expect(await publishedHash()).toBe(predictedHash(edit.value.text)));

  await coredns.write(withoutRewrites(edit.value.text, 'runners/gitlab'));
  await eventually(async () => expect(await answers()).toEqual(publicAnswers));
  await eventually(async () => expect(await publishedHash()).toBe(predictedHash(corefile)));
});
