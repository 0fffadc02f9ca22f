import { expect, it } from '@jest/globals';
import type { CidrSet } from '../../../../src/api/cidr-set.gen.js';
import type { Discovered } from '../../../../src/cidr-set/sources/discovered.js';
import { resolveSet } from '../../../../src/cidr-set/sources/resolve.js';
import { Resolver } from '../../../../src/cidr-set/sources/resolver.js';
import { Store } from '../../../../src/kube/store.js';
import { cidrSet } from '../resources.js';
import { described, MINUTE, START } from './build.js';

interface Node {
  cidrs?: string[];
  include?: string[];
  /** What its one source gives. */
  found?: string[];
  problem?: Discovered['problem'];
}

const discover = { natGateways: [{ name: 'runners' }] };

function setOf(name: string, { cidrs = [], include = [], found }: Node): CidrSet {
  const own = cidrs.map((cidr) => ({ cidr, description: name }));
  return cidrSet({ cidrs: own, include, ...(found && { discover }) }, { metadata: { name } });
}

function discovered(found: string[], problem?: Discovered['problem']): Discovered {
  return { discover, cidrs: described(...found), sources: [], ...(problem && { problem }) };
}

function resolve(name: string, graph: Record<string, Node>) {
  const { cidrs, ...rest } = resolveSet(name, (each) => {
    const node = graph[each];
    return {
      set: node && setOf(each, node),
      discovered: node?.found && discovered(node.found, node.problem),
    };
  });
  return { cidrs: cidrs.map(({ cidr, description }) => `${cidr} ${description}`), ...rest };
}

it('takes included sets with their includes, and joins what can be joined', () => {
  const graph = {
    all: { cidrs: ['10.0.0.0/8'], include: ['office', 'vpn'] },
    office: { cidrs: ['192.0.2.0/24'], include: ['branch'] },
    vpn: { cidrs: ['192.0.2.0/24', '10.1.0.0/16', '2001:DB8::/32'], include: ['branch'] },
    branch: { cidrs: ['198.51.100.0/25', '198.51.100.128/25'] },
  };
  expect(resolve('all', graph)).toEqual({
    cidrs: ['10.0.0.0/8 all, vpn', '192.0.2.0/24 office', '198.51.100.0/24 branch', '2001:db8::/32 vpn'],
    count: 6,
    sources: [],
  });
});

it('has what its sources give, and what those of sets that it includes give, each once', () => {
  const graph = {
    all: { cidrs: ['203.0.113.9/32'], include: ['runners'], found: ['203.0.113.9/32 nat-9', '203.0.113.7/32 nat-7'] },
    runners: { found: ['203.0.113.7/32 nat-1', '203.0.113.1/32 nat-1'] },
  };
  const { cidrs, count, problem } = resolve('all', graph);
  expect(cidrs).toEqual(['203.0.113.1/32 nat-1', '203.0.113.7/32 nat-7', '203.0.113.9/32 all']);
  expect(count).toBe(3);
  expect(problem).toBeUndefined();
});

it('is incomplete with a set that it includes, and adds what is known', () => {
  const problem = { reason: 'AccountDenied', message: 'team-a/eu-west-1: denied' };
  const graph = {
    all: { cidrs: ['10.0.0.0/8'], include: ['vpn', 'runners'] },
    vpn: { found: [], problem: { reason: 'Progressing', message: 'Reading http/x', unknown: true } },
    runners: { found: ['203.0.113.1/32 nat-1'], problem },
  };
  expect(resolve('all', graph)).toMatchObject({
    cidrs: ['10.0.0.0/8 all', '203.0.113.1/32 nat-1'],
    problem: { reason: 'AccountDenied', message: 'runners: team-a/eu-west-1: denied' },
  });
  expect(resolve('vpn', graph).problem).toEqual({ reason: 'Progressing', message: 'Reading http/x', unknown: true });
});

it('does not believe that all is known before its sources, as they are declared now, were looked at', () => {
  const set = setOf('office', { found: [] });
  const problem = { reason: 'Progressing', message: 'Reading its sources', unknown: true };
  expect(resolveSet('office', () => ({ set })).problem).toEqual(problem);
  const former = { ...discovered(['203.0.113.1/32']), discover: { vpcs: [{ name: 'all' }] } };
  expect(resolveSet('office', () => ({ set, discovered: former }))).toMatchObject({ count: 1, problem });
  expect(resolveSet('office', () => ({ set, discovered: discovered([]) })).problem).toBeUndefined();
});

it('counts what leaves, unless something else gives it', () => {
  const set = setOf('office', { cidrs: ['203.0.113.3/32'], found: [] });
  const leavesAt = START + 60 * MINUTE;
  const [a, b, c] = described('203.0.113.1/32', '203.0.113.2/32', '203.0.113.3/32');
  const found: Discovered = discovered([]);
  for (const each of [a, b, c]) if (each) found.cidrs.push({ ...each, leavesAt });
  if (b) found.cidrs.push(b);
  expect(resolveSet('office', () => ({ set, discovered: found })).leaving).toEqual({ count: 1, until: leavesAt });
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
    c: { cidrs: ['10.0.0.0/8'], include: ['a'], found: ['10.0.0.1/32'] },
    leads: { include: ['a'] },
  };
  const { cidrs, problem } = resolve(name, graph);
  expect(cidrs).toEqual([]);
  expect(problem?.reason).toBe('IncludeCycle');
  expect(problem?.message).toContain(circle);
});

it('gives the same answer until something that it comes from changes', () => {
  const sets = new Store<CidrSet>({});
  const all = setOf('all', { include: ['runners'] });
  const runners = setOf('runners', { found: [] });
  for (const set of [all, runners]) sets.set(set);
  const resolver = new Resolver(sets);
  resolver.keep('runners', discovered(['203.0.113.1/32 nat-1']));
  const before = resolver.resolve('all');
  expect(before.cidrs).toHaveLength(1);

  sets.set({ ...all, status: { rules: 5 } });
  expect(resolver.keep('runners', discovered(['203.0.113.1/32 nat-1']))).toBe(false);
  expect(resolver.resolve('all')).toBe(before);

  expect(resolver.keep('runners', discovered(['203.0.113.2/32 nat-1', '203.0.113.1/32 nat-1']))).toBe(true);
  expect(resolver.resolve('all').cidrs).toHaveLength(2);
  sets.set({ ...all, spec: { ...all.spec, include: [] } });
  expect(resolver.resolve('all').cidrs).toHaveLength(0);
  sets.set(all);
  resolver.forget('runners');
  sets.delete('runners');
  expect(resolver.resolve('all').problem?.reason).toBe('UnknownInclude');
});
