import { expect, it } from '@jest/globals';
import type { CidrSet } from '../../../../src/api/cidr-set.gen.js';
import { resolveSet } from '../../../../src/cidr-set/sources/resolve.js';

function sets(graph: Record<string, { cidrs?: string[]; include?: string[] }>): Map<string, CidrSet> {
  return new Map(
    Object.entries(graph).map(([name, { cidrs = [], include = [] }]) => [
      name,
      {
        apiVersion: 'sallyport.dev/v1alpha1',
        kind: 'CidrSet',
        metadata: { name },
        spec: {
          cidrs: cidrs.map((cidr) => ({ cidr, description: name })),
          include,
          allowAnywhere: false,
          guard: { grace: '1h' },
          mode: 'Enforce',
          deletionPolicy: 'Delete',
        },
      },
    ]),
  );
}

function resolve(name: string, graph: Parameters<typeof sets>[0]) {
  const { cidrs, problem } = resolveSet(name, sets(graph));
  return { cidrs: cidrs.map(({ cidr, description }) => `${cidr} ${description}`), problem };
}

it('takes included sets with their includes, each network once', () => {
  const graph = {
    all: { cidrs: ['10.0.0.0/8'], include: ['office', 'vpn'] },
    office: { cidrs: ['192.0.2.0/24'], include: ['branch'] },
    vpn: { cidrs: ['192.0.2.0/24', '2001:DB8::/32'], include: ['branch'] },
    branch: { cidrs: ['198.51.100.0/24'] },
  };
  expect(resolve('all', graph)).toEqual({
    cidrs: ['10.0.0.0/8 all', '192.0.2.0/24 office', '198.51.100.0/24 branch', '2001:db8::/32 vpn'],
    problem: undefined,
  });
});

it('knows what it can of a set that includes an unknown one, and says so', () => {
  const { cidrs, problem } = resolve('a', { a: { cidrs: ['10.0.0.0/8'], include: ['b'] }, b: { include: ['gone'] } });
  expect(cidrs).toEqual(['10.0.0.0/8 a']);
  expect(problem).toEqual({
    reason: 'UnknownInclude',
    message: 'b includes gone: there is no such CidrSet; adding only until it exists or is taken out',
  });
});

it.each([
  ['a', 'a -> b -> c -> a'],
  ['c', 'c -> a -> b -> c'],
  ['leads', 'a -> b -> c -> a'],
])('spells out the circle that %s runs into', (name, circle) => {
  const graph = {
    a: { include: ['b'] },
    b: { include: ['c'] },
    c: { cidrs: ['10.0.0.0/8'], include: ['a'] },
    leads: { include: ['a'] },
  };
  const { cidrs, problem } = resolve(name, graph);
  expect(cidrs).toEqual([]);
  expect(problem?.reason).toBe('IncludeCycle');
  expect(problem?.message).toContain(circle);
});
