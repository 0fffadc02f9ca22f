import { expect, it } from '@jest/globals';
import { placementOf, poolId, taintsOf } from '../../../src/runner-pool/pool.js';
import { runnerPool } from '../../support/runner-pools.js';

it('names a pool by its namespace and name, in the 63 characters that a label has', () => {
  expect(poolId({ metadata: { namespace: 'ci', name: 'builders' } })).toBe('ci.builders');
  const name = 'a'.repeat(40);
  const [one, other] = ['b'.repeat(60), `${'b'.repeat(60)}c`].map((namespace) =>
    poolId({ metadata: { namespace, name } }),
  );
  expect(one).not.toBe(other);
  for (const id of [one, other]) {
    expect(id).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
    expect(id?.length).toBeLessThanOrEqual(63);
  }
});

it("keeps another pool's pods off, though both have the same taint", () => {
  const taints = [{ key: 'team', value: 'ci', effect: 'NoSchedule' }] as const;
  const one = runnerPool({ nodes: { taints: [...taints] } });
  const other = { ...one, metadata: { ...one.metadata, name: 'others' } };
  const kept = (nodes: typeof one, pods: typeof one) => {
    const { tolerations } = placementOf(pods);
    return taintsOf(nodes).filter(
      ({ key, value }) => !tolerations.some((each) => each.key === key && each.value === value),
    );
  };
  expect(kept(one, one)).toEqual([]);
  expect(kept(one, other)).toEqual([{ key: 'sallyport.dev/runner-pool', value: 'ci.builders', effect: 'NoSchedule' }]);
});
