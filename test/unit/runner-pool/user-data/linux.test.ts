import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { RunnerPoolSpec } from '../../../../src/api/runner-pool.gen.js';
import { hostsFile } from '../../../../src/runner-pool/user-data/files.js';
import { mirrorsOf } from '../../../../src/runner-pool/user-data/mirrors.js';
import { scriptOf } from '../../../../src/runner-pool/user-data/script.js';
import { endpoint, problems, rendered, runnerPool } from '../../../support/runner-pools.js';

const pem = '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n';
const script = '#!/bin/sh\necho hello\n';
const nodeConfig = 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    flags: ["--v=2"]\n';
const archive = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="BOUNDARY"

--BOUNDARY
Content-Type: application/node.eks.aws

${nodeConfig}
--BOUNDARY
Content-Type: text/x-shellscript; charset="us-ascii"

${script}
--BOUNDARY--
`;

const pool = (nodes: Partial<RunnerPoolSpec['nodes']> = {}) => runnerPool({ nodes: { os: 'AL2023', ...nodes } });

it('AL2023 gets a hosts.toml for each registry, and its own user data after it', () => {
  expect(rendered(pool({ userData: archive, registries: { fallback: 'Deny' } })).text).toMatchSnapshot();
});

it('with fallback, a hosts.toml names no server, so that containerd goes on to the registry', () => {
  const mirrors = [{ registry: 'docker.io', endpoints: ['https://a.example.com', 'https://b.example.com/v2/hub'] }];
  const { text } = rendered(pool({ registries: { mirrors, fallback: 'Allow' } }));
  expect(text).not.toContain('server =');
  expect(text).toContain(`/etc/containerd/certs.d/docker.io/hosts.toml' <<'SALLYPORT'
[host."https://a.example.com"]
capabilities = [ "pull", "resolve" ]

[host."https://b.example.com/v2/hub"]
capabilities = [ "pull", "resolve" ]
override_path = true
SALLYPORT`);
});

it.each([
  ['AL2023', '/etc/pki/ca-trust/source/anchors/corporate.pem', 'update-ca-trust'],
  ['Ubuntu', '/usr/local/share/ca-certificates/corporate.crt', 'update-ca-certificates'],
] as const)('%s gets CAs and reads them', (os, path, command) => {
  const { text } = rendered(pool({ os, certificateAuthorities: [{ name: 'corporate', pem }] }));
  expect(text).toContain(`cat > '${path}' <<'SALLYPORT'\n${pem}SALLYPORT\n${command}\n`);
});

it('without fallback, the last mirror is the server', () => {
  const mirrors = [{ registry: 'docker.io', endpoints: ['https://a.example.com', 'https://b.example.com/v2/hub'] }];
  const { text } = rendered(pool({ registries: { mirrors, fallback: 'Deny' } }));
  expect(text).toContain(`/etc/containerd/certs.d/docker.io/hosts.toml' <<'SALLYPORT'
capabilities = [ "pull", "resolve" ]
override_path = true
server = "https://b.example.com/v2/hub"

[host."https://a.example.com"]
capabilities = [ "pull", "resolve" ]
SALLYPORT`);
});

it('the script writes the files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-script-'));
  const [mirror] = mirrorsOf({ os: 'AL2023', provisioner: 'Karpenter' }, endpoint);
  if (!mirror) throw new Error('no mirror');
  const { path, content } = hostsFile(mirror, 'Deny');
  await promisify(execFile)('bash', ['-c', scriptOf([{ path: join(folder, path), content }], ['echo done'])]);
  expect(await readFile(join(folder, path), 'utf8')).toBe(content);
  await rm(folder, { recursive: true });
});

it('without Karpenter, labels and taints are a NodeConfig before the own one', () => {
  const { text } = rendered(pool({ provisioner: 'LaunchTemplate', userData: nodeConfig }));
  expect(text.match(/sallyport.dev.*|--v=2/g)).toEqual([
    'sallyport.dev/runner-pool',
    'sallyport.dev/runner-pool=ci.builders',
    '--v=2',
  ]);
});

it('an Ubuntu node gets no NodeConfig', () => {
  expect(rendered(pool({ os: 'Ubuntu', provisioner: 'UserDataOnly' })).text).not.toContain('NodeConfig');
});

it('Custom keeps its own user data, and is told the files that it has to write', () => {
  expect(rendered(pool({ os: 'Custom', userData: script }))).toEqual({
    text: script,
    bytes: script.length,
    files: [
      {
        path: '/etc/containerd/certs.d/registry.example.com/hosts.toml',
        content: '[host."https://registry.privatelink.example.com"]\ncapabilities = [ "pull", "resolve" ]\n',
      },
    ],
    notes: [],
  });
});

it.each([
  ['lines that end as on Windows', archive.replaceAll('\n', '\r\n')],
  ['space around it', `\n${archive}\n\n`],
  ['another boundary', archive.replaceAll('BOUNDARY', 'other')],
  [
    'keys in another order',
    archive.replace(/(apiVersion.*\n)(kind.*\n)/, '$2$1').replace('["--v=2"]', '\n    - --v=2'),
  ],
  ['a comment in YAML', archive.replace('spec:', '# mine\nspec:')],
])('%s changes no byte', (_what, userData) => {
  expect(rendered(pool({ userData })).text).toBe(rendered(pool({ userData: archive })).text);
});

describe('it refuses', () => {
  it.each([
    ['text of no kind', 'hello', 'begin it with #! or #cloud-config, or write a NodeConfig'],
    ['an archive without boundary', 'Content-Type: multipart/mixed\n\nhello', 'is a MIME document without boundary'],
    ['an archive without end', archive.replace('--BOUNDARY--', ''), 'has no line --BOUNDARY-- at its end; write it'],
    [
      'a part without type',
      archive.replace('Content-Type: application/node.eks.aws\n', ''),
      'has a part without Content-Type',
    ],
    [
      'an encoded part',
      archive.replace('\n\n#!', '\nContent-Transfer-Encoding: base64\n\n#!'),
      'has a part with Content-Transfer-Encoding, which is lost on the way',
    ],
    ["Karpenter's boundary in it", `${script}--//\n`, 'has a line that begins with'],
    ['no YAML', `${nodeConfig}  a: [`, 'spec.nodes.userData: NodeConfig: '],
    [
      'taints of its own',
      nodeConfig.replace('    flags', '    config: { registerWithTaints: [] }\n    flags'),
      'NodeConfig, spec.kubelet.config.registerWithTaints: is overwritten; write spec.nodes.taints instead',
    ],
    [
      "what Karpenter's NodeConfig says",
      nodeConfig.replace('    flags', '    config: { maxPods: 3 }\n    flags'),
      'NodeConfig, spec.kubelet.config.maxPods: Karpenter 1.14.1 overwrites it; take it out',
    ],
    ['too much', `${script}${'# much\n'.repeat(2_000)}`, 'EC2 takes 16384'],
  ])('%s', (_what, userData, problem) => {
    const found = problems(pool({ userData }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });
});
