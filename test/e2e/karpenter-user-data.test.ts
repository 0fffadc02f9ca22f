import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { labelsOf, taintsOf } from '../../src/runner-pool/pool.js';
import type { Kind, Shape } from '../../src/runner-pool/toml/shape.js';
import { parseToml, type Table, tomlText, type Value } from '../../src/runner-pool/toml/toml.js';
import { BOTTLEROCKET_SETTINGS } from '../../src/runner-pool/user-data/bottlerocket-settings.js';
import { KEPT_BY_KARPENTER, WRITTEN_BY_KARPENTER } from '../../src/runner-pool/user-data/karpenter-bottlerocket.js';
import { type Part, partsOf } from '../../src/runner-pool/user-data/mime.js';
import { startedByKarpenter } from '../support/karpenter.js';
import { anyPool, rendered, runnerPool } from '../support/runner-pools.js';

const SAMPLES: Record<Kind, Value> = {
  any: 'some',
  string: '5',
  'whole number': 5n,
  boolean: true,
  'list of strings': ['a', 'b'],
  'list of lists of strings': [['a', 'b'], ['c']],
};

/** A value of the shape; each `*` is one key. */
function sample(shape: Shape | Kind): Value {
  if (typeof shape === 'string') return SAMPLES[shape];
  return Object.fromEntries(
    Object.entries(shape).map(([key, each]) => [key === '*' ? 'some-name' : key, sample(each)]),
  );
}

function settingsIn(userData: string): Table {
  const parsed = parseToml(userData);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.table.settings as Table;
}

/** What becomes of settings under `kubernetes`, each on its own: the settings, or undefined where no node is started. */
async function merged(settings: readonly Table[]): Promise<(Table | undefined)[]> {
  const answers = await startedByKarpenter(
    settings.map((kubernetes) => ({ family: 'Bottlerocket', userData: tomlText({ settings: { kubernetes } }) })),
  );
  return answers.map(({ Error: error, UserData }) => (error ? undefined : (settingsIn(UserData).kubernetes as Table)));
}

/** With a boundary that no user data may have, because it is Sallyport's or Karpenter's. */
function partsIn(document: string): Part[] {
  const parts = partsOf(document.replaceAll(/(^--|")(==SALLYPORT==|\/\/)/gm, '$1other'));
  if (!parts.ok) throw new Error(parts.message);
  return parts.parts;
}

describe('what the tables say of Karpenter is what Karpenter does', () => {
  const { kubernetes: kept } = KEPT_BY_KARPENTER;

  it.each(Object.entries<Shape | Kind>(kept))('it keeps %s', async (key, shape) => {
    const setting = { [key]: sample(shape) };
    const [table] = await merged([setting]);
    expect(table).toMatchObject(setting);
  });

  it('it starts no node where the kind is another', async () => {
    const ofKind = Object.entries<Shape | Kind>(kept).filter(([, kind]) => typeof kind === 'string');
    const wrong = ofKind.map(([key, kind]) => ({ [key]: kind === 'string' ? 5n : 'five' }));
    expect(await merged(wrong)).toEqual(wrong.map(() => undefined));
  });

  it('it overwrites these', async () => {
    const keys = Object.keys(WRITTEN_BY_KARPENTER);
    const tables = await merged(
      keys.map((key) => ({
        [key]: key === 'max-pods' ? 7n : key === 'node-taints' ? { mine: ['x:NoSchedule'] } : 'mine',
      })),
    );
    expect(tables.filter((table) => table === undefined || /mine|:7/.test(tomlText(table)))).toEqual([]);
  });

  it("it overwrites the NodePool's labels, and keeps others", async () => {
    const userData = '[settings.kubernetes.node-labels]\nteam = "b"\nown = "b"';
    const [answer] = await startedByKarpenter([{ family: 'Bottlerocket', userData, labels: { team: 'a' } }]);
    expect(settingsIn(answer?.UserData ?? '')).toMatchObject({
      kubernetes: { 'node-labels': { team: 'a', own: 'b' } },
    });
  });

  it('it drops all others that Bottlerocket has', async () => {
    const others = Object.keys(BOTTLEROCKET_SETTINGS.kubernetes as Shape).filter(
      (key) => !(key in kept) && !(key in WRITTEN_BY_KARPENTER),
    );
    expect(others.length).toBeGreaterThan(10);
    const tables = await merged(others.map((key) => ({ [key]: 'some' })));
    expect(others.filter((key, i) => !tables[i] || key in (tables[i] as Table))).toEqual([]);
  });

  it('it gives a bootstrap command without mode an empty one', async () => {
    const userData = tomlText({ settings: { 'bootstrap-commands': { a: { commands: [['x']], essential: true } } } });
    const [answer] = await startedByKarpenter([{ family: 'Bottlerocket', userData }]);
    expect(settingsIn(answer?.UserData ?? '')).toMatchObject({ 'bootstrap-commands': { a: { mode: '' } } });
  });
});

it('every setting that is rendered reaches the node, and within the size that is told', async () => {
  // The same each time.
  const pools = fc.sample(anyPool, { numRuns: 200, seed: 1 });
  const all = pools.map((pool) => ({ pool, ...rendered(pool) }));
  const answers = await startedByKarpenter(
    all.map(({ pool, text }) => ({
      family: 'Bottlerocket',
      userData: text,
      labels: { ...labelsOf(pool), 'karpenter.sh/nodepool': 'ci.builders', 'karpenter.sh/do-not-sync-taints': 'true' },
      taints: [...taintsOf(pool), { key: 'karpenter.sh/unregistered', effect: 'NoExecute' }],
    })),
  );
  for (const [i, { text, bytes }] of all.entries()) {
    const answer = answers[i]?.UserData ?? '';
    expect(settingsIn(answer)).toMatchObject(settingsIn(text));
    expect(Buffer.byteLength(answer)).toBeLessThanOrEqual(bytes);
    expect(Buffer.byteLength(answer)).toBeGreaterThan(bytes - 2048);
  }
});

it.each([
  ['AL2023', 'AL2023', 'Karpenter Generated NodeConfig'],
  ['Ubuntu', 'AL2', '/etc/eks/bootstrap.sh'],
] as const)("a node with %s gets all parts, and then Karpenter's", async (os, family, last) => {
  const userData = `#!/bin/sh\n${'echo\n'.repeat(1_000)}`;
  const pool = runnerPool({ nodes: { os, userData } });
  const { text, bytes } = rendered(pool);
  const [answer] = await startedByKarpenter([
    { family, userData: text, labels: labelsOf(pool), taints: taintsOf(pool) },
  ]);
  const [sent, got] = [text, answer?.UserData ?? ''].map(partsIn) as [Part[], Part[]];
  expect(sent).toHaveLength(2);
  expect(got.slice(0, -1)).toEqual(sent);
  expect(got.at(-1)?.content).toContain(last);
  expect(Buffer.byteLength(answer?.UserData ?? '')).toBeLessThanOrEqual(bytes);
  expect(Buffer.byteLength(answer?.UserData ?? '')).toBeGreaterThan(bytes - 2048);
});
