import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RunnerPool } from '../../../../src/api/runner-pool.gen.js';
import { isTable, parseToml, type Table, tomlText, type Value } from '../../../../src/runner-pool/toml/toml.js';
import { userDataOf } from '../../../../src/runner-pool/user-data/user-data.js';
import { anyPool, endpoint } from '../../../support/runner-pools.js';

/** `settings.kernel.lockdown = "none"`, and so on: a line for each value. */
function dottedLines(path: readonly string[], value: Value): string[] {
  if (!isTable(value) || Object.keys(value).length === 0) {
    return [`${path.map((key) => JSON.stringify(key)).join(' . ')}=${tomlText({ v: [[value]] }).slice(7, -5)}# mine`];
  }
  return Object.entries(value).flatMap(([key, each]) => dottedLines([...path, key], each));
}

function tableIn(userData: string): Table {
  const parsed = parseToml(userData);
  if (!parsed.ok) throw new Error(`${parsed.message}\n${userData}`);
  return parsed.table;
}

/** The same wishes: other order, other spelling. */
function otherwise(pool: RunnerPool, seed: number): RunnerPool {
  const shuffled = <T>(list: readonly T[] = []): T[] =>
    fc.sample(fc.shuffledSubarray([...list], { minLength: list.length }), { seed, numRuns: 1 })[0] ?? [];
  const { nodes } = pool.spec;
  const registries = nodes.registries && {
    ...nodes.registries,
    mirrors: shuffled(nodes.registries.mirrors),
    ...(nodes.registries.credentials && { credentials: shuffled(nodes.registries.credentials) }),
  };
  const changed: Partial<typeof nodes> = {
    ...(registries && { registries }),
    certificateAuthorities: shuffled(nodes.certificateAuthorities).map(({ name, pem }) => ({
      name,
      pem: `  ${pem.replaceAll('\n', '\r\n  ')}`,
    })),
    labels: Object.fromEntries(shuffled(Object.entries(nodes.labels ?? {}))),
    taints: shuffled(nodes.taints),
    ...(nodes.userData && { userData: shuffled(dottedLines([], tableIn(nodes.userData))).join('\r\n\r\n') }),
  };
  return { ...pool, spec: { ...pool.spec, nodes: { ...nodes, ...changed } } };
}

it('the same wishes give the same bytes, in whichever order and spelling', () => {
  const oss = fc.constantFrom('Bottlerocket', 'AL2023', 'Ubuntu');
  const provisioners = fc.constantFrom('Karpenter', 'LaunchTemplate');
  fc.assert(
    fc.property(anyPool, oss, provisioners, fc.integer(), (any, os, provisioner, seed) => {
      const { userData = '', ...nodes } = any.spec.nodes;
      const own = os === 'Bottlerocket' && { userData };
      const pool = { ...any, spec: { ...any.spec, nodes: { ...nodes, ...own, os, provisioner } } };
      const logins = new Map(
        nodes.registries?.credentials?.map(({ registry }) => [registry, { username: 'a', password: 'b' }]),
      );
      const one = userDataOf({ pool, endpoint, logins });
      const hosts = [...endpoint.hosts].reverse();
      const other = userDataOf({ pool: otherwise(pool, seed), endpoint: { ...endpoint, hosts }, logins });
      expect(one).toMatchObject({ ok: true });
      expect(other).toEqual(one);
    }),
    { numRuns: 300 },
  );
});
