import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest } from '../support/cluster.js';
import { gitops } from '../support/gitops.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { applyKarpenterCrds } from '../support/karpenter.js';

const kinds = ['AwsAccount', 'CidrSet', 'PrivateLinkEndpoint', 'RunnerPool'];

interface Verdict {
  status: string;
  message: string;
}

let folder: string;
let configMap: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-gitops-'));
  configMap = join(folder, 'argocd-cm.json');
  await writeFile(configMap, JSON.stringify(parse(await readFile('examples/argocd/argocd-cm.yaml', 'utf8'))));
});

afterAll(() => rm(folder, { recursive: true }));

function object(status: object | undefined, metadata: object = {}) {
  return { metadata: { name: 'it', generation: 2, ...metadata }, spec: {}, ...(status && { status }) };
}

function ready(status: string, reason: string, observedGeneration = 2) {
  const lastTransitionTime = '2026-11-21T12:00:00Z';
  const condition = { type: 'Ready', status, reason, message: 'see there', observedGeneration, lastTransitionTime };
  return object({ observedGeneration, conditions: [{ ...condition, type: 'Other', status: 'False' }, condition] });
}

// kstatus is what Flux, and Helm's --wait, go by. It knows no more than that an object is not ready yet.
const states = [
  {
    state: 'new',
    of: object({ observedGeneration: -1 }),
    argo: 'Progressing Waiting for Sallyport',
    kstatus: 'InProgress',
  },
  { state: 'as declared', of: ready('True', 'InSync'), argo: 'Healthy InSync: see there', kstatus: 'Current' },
  {
    state: 'changed since',
    of: ready('True', 'InSync', 1),
    argo: 'Progressing Waiting for Sallyport',
    kstatus: 'InProgress',
  },
  {
    state: 'broken',
    of: ready('False', 'AccountDenied'),
    argo: 'Degraded AccountDenied: see there',
    kstatus: 'InProgress',
  },
  { state: 'unknown', of: ready('Unknown', 'Proving'), argo: 'Progressing Proving: see there', kstatus: 'InProgress' },
  {
    state: 'being made',
    of: ready('False', 'Creating'),
    argo: 'Progressing Creating: see there',
    kstatus: 'InProgress',
  },
  { state: 'planned', of: ready('False', 'Planned'), argo: 'Suspended Planned: see there', kstatus: 'InProgress' },
  { state: 'a planned set', of: ready('True', 'Planned'), argo: 'Suspended Planned: see there', kstatus: 'Current' },
  {
    state: 'being deleted',
    of: {
      ...ready('True', 'InSync'),
      metadata: { name: 'it', generation: 2, deletionTimestamp: '2026-11-21T12:00:00Z' },
    },
    argo: 'Progressing Pending deletion',
    kstatus: 'Terminating',
  },
];

it.each(kinds)('tell the state of %s alike', async (kind) => {
  const objects = states.map(({ of }) => ({ apiVersion: 'sallyport.dev/v1alpha1', kind, ...of }));
  const argo = await gitops<Verdict>('argo-health', objects, configMap);
  const kstatus = await gitops<Verdict>('kstatus', objects);
  expect(
    states.map(({ state }, i) => `${state}: ${argo[i]?.status} ${argo[i]?.message}, ${kstatus[i]?.status}`),
  ).toEqual(states.map(({ state, argo, kstatus }) => `${state}: ${argo}, ${kstatus}`));
});

it('tells apart reasons that there are', async () => {
  const pages = await Promise.all(
    ['cidr-set', 'private-link-endpoint', 'runner-pool'].map((page) => readFile(`docs/${page}.md`, 'utf8')),
  );
  const script = await readFile('examples/argocd/argocd-cm.yaml', 'utf8');
  const reasons = [...script.matchAll(/(\w+) = true/g)].map(([, reason = '']) => reason);
  expect(reasons).toContain('RemovalGuard');
  expect(reasons.filter((reason) => !pages.join().includes(`\`${reason}\``))).toEqual([]);
});

describe('in a cluster', () => {
  const manifests: Manifest[] = [];
  let ground: Ground;

  beforeAll(async () => {
    ground = await startGround();
    await applyKarpenterCrds(ground.server);
    const files = ['quickstart/accounts', 'quickstart/office', 'private-link/gitlab', 'runner-pool/bottlerocket'];
    for (const file of files) {
      const documents = parseAllDocuments(await readFile(`examples/${file}.yaml`, 'utf8'));
      manifests.push(...documents.map((document) => document.toJS() as Manifest));
    }
  });

  afterAll(() => ground?.stop());

  /** What Argo CD and kstatus say of each. */
  async function verdicts(): Promise<Record<string, string>> {
    const lists = await ground.server.kubectl(
      'get',
      'awsaccounts,cidrsets,privatelinkendpoints,runnerpools',
      '--output=json',
    );
    const { items }: { items: Manifest[] } = JSON.parse(lists);
    const argo = await gitops<Verdict>('argo-health', items, configMap);
    const kstatus = await gitops<Verdict>('kstatus', items);
    const said = items.map(({ metadata: { name } }, i) => [name, `${argo[i]?.status}, ${kstatus[i]?.status}`]);
    return Object.fromEntries(said);
  }

  /** Of all that is declared, or of some of it, by name. */
  async function asked(command: string): Promise<Record<string, string>> {
    const answers = await gitops<string>(command, manifests, ground.server.kubeconfig);
    return Object.fromEntries(manifests.map(({ metadata: { name } }, i) => [name, answers[i] ?? '']));
  }

  function all(verdict: string): Record<string, string> {
    return Object.fromEntries(manifests.map(({ metadata: { name } }) => [name, verdict]));
  }

  it.each(['argo', 'flux'])('%s sees what a person changed, and nothing of what the operator does', async (tool) => {
    await asked(`${tool}-sync`);
    expect(await verdicts()).toEqual(all('Progressing, InProgress'));
    expect(await asked(`${tool}-diff`)).toEqual(all(''));

    const operator = ground.operator();
    for (const { kind, metadata } of manifests) {
      await ground.told(`${kind.toLowerCase()}/${metadata.name}`, /^(True|False)/);
    }
    await eventually(async () =>
      expect(await verdicts()).toMatchObject({ shared: 'Healthy, Current', office: 'Healthy, Current' }),
    );
    expect(await asked(`${tool}-diff`)).toEqual(all(''));

    const patch = JSON.stringify([{ op: 'replace', path: '/spec/cidrs/0/description', value: 'By hand' }]);
    await ground.server.kubectl('patch', 'cidrset', 'office', '--type=json', `--patch=${patch}`);
    expect(await asked(`${tool}-diff`)).toEqual({ ...all(''), office: expect.stringContaining('By hand') });
    await asked(`${tool}-sync`);
    expect(await asked(`${tool}-diff`)).toEqual(all(''));

    for (const kinds of ['runnerpools,privatelinkendpoints', 'cidrsets', 'awsaccounts']) {
      await ground.server.kubectl('delete', kinds, '--all', '--timeout=120s');
    }
    await operator.stop();
  });
});
