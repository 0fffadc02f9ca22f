import fc from 'fast-check';
import type { CidrSetSpec } from '../../../../src/api/cidr-set.gen.js';
import { CIDRS, DIRECTIONS, PORTS } from './points.js';

export const SETS = ['office', 'vpn', 'nat'];
/** As many as `via: Auto` takes a prefix list for. */
export const GROUPS = ['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5'];

type SecurityGroupTarget = NonNullable<NonNullable<CidrSetSpec['targets']>['securityGroups']>[number];

/** What a person writes of a set. */
export interface Written extends Pick<CidrSetSpec, 'mode' | 'deletionPolicy'> {
  cidrs: string[];
  include: string[];
  /** Into the groups with this tag `app`. */
  target: Pick<SecurityGroupTarget, 'ports' | 'direction' | 'via'> & { app: string };
  /** Into the groups that ask for it by their tag. */
  tagged: boolean;
}

export interface HandMade {
  group: string;
  direction: string;
  port: string;
  peer: string;
}

/** What people do between two looks. */
export type Edit =
  | { kind: 'apply'; set: string; written: Written }
  | { kind: 'delete'; set: string }
  | { kind: 'authorize' | 'revoke' | 'note'; rule: HandMade }
  | { kind: 'tag'; group: string; key: string; value: string };

/** What happens to the nth call of a look, or to that and all later ones: the operator was killed. */
export interface Trouble {
  kind: 'Killed' | 'Throttled' | 'Failed';
  nth: number;
  /** AWS did it all the same, and only the answer is lost. */
  effect: boolean;
}

export interface Step {
  edits: Edit[];
  trouble: Trouble | undefined;
}

export const APPS = ['gitlab', 'other'] as const;
const QUOTAS = [3, 5, 10, 20];

const written = (via: readonly SecurityGroupTarget['via'][]): fc.Arbitrary<Written> =>
  fc.record({
    cidrs: fc.subarray(CIDRS, { maxLength: 5 }),
    include: fc.oneof({ weight: 4, arbitrary: fc.constant<string[]>([]) }, fc.subarray(SETS, { maxLength: 1 })),
    target: fc.record({
      app: fc.constantFrom(...APPS),
      ports: fc.subarray(PORTS, { minLength: 1 }),
      direction: fc.constantFrom('Ingress' as const, 'Ingress' as const, ...DIRECTIONS),
      via: fc.constantFrom(...via),
    }),
    tagged: fc.boolean(),
    mode: fc.constantFrom('Enforce' as const, 'Enforce' as const, 'Enforce' as const, 'Plan' as const),
    deletionPolicy: fc.constantFrom('Delete' as const, 'Retain' as const),
  });

const rule: fc.Arbitrary<HandMade> = fc.record({
  group: fc.constantFrom(...GROUPS),
  direction: fc.constantFrom('Ingress', 'Ingress', ...DIRECTIONS),
  port: fc.constantFrom(...PORTS),
  peer: fc.constantFrom(...CIDRS),
});

const tag = fc.oneof(
  fc.record({ key: fc.constant('app'), value: fc.constantFrom(...APPS) }),
  fc.record({
    key: fc.constantFrom(...SETS.map((set) => `cidrset.sallyport.dev/${set}`)),
    value: fc.constantFrom('', 'tcp/443', 'tcp/22 tcp/443', 'tcp/443 https'),
  }),
);

const edit = (via: readonly SecurityGroupTarget['via'][]): fc.Arbitrary<Edit> => {
  const set = fc.constantFrom(...SETS);
  const group = fc.constantFrom(...GROUPS);
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('apply' as const), set, written: written(via) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), set }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('authorize', 'authorize', 'revoke', 'note'), rule }) },
    {
      weight: 2,
      arbitrary: fc.tuple(group, tag).map(([group, tag]) => ({ kind: 'tag' as const, group, ...tag })),
    },
  );
};

const trouble: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.constantFrom('Killed' as const, 'Throttled' as const, 'Failed' as const),
  nth: fc.integer({ min: 1, max: 12 }),
  effect: fc.boolean(),
});

export interface History {
  /** Rules a group may have, of each direction and family: few, so that it often is full. */
  quota: number;
  steps: Step[];
}

/** Whatever may happen. `via`: the ways that targets may have. */
export function histories(via: readonly SecurityGroupTarget['via'][]): fc.Arbitrary<History> {
  const step = fc.record({
    edits: fc.array(edit(via), { minLength: 1, maxLength: 4 }),
    trouble: fc.option(trouble, { nil: undefined }),
  });
  return fc.record({
    quota: fc.constantFrom(...QUOTAS),
    steps: fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }),
  });
}
