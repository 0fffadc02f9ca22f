import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Problem } from '../api/problem.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import type { Sign } from '../cidr-set/targets/kind.js';
import { MARK } from '../corefile/marks.js';
import { cut } from '../cut.js';
import { DIGEST } from '../kube/owned/part.js';
import type { OwnedOperation, Seen } from '../kube/owned/plan.js';
import { objectKey } from '../kube/resource.js';
import type { Preview } from '../runner-pool/nodes/guard.js';
import type { ChangeEntry, EndpointEntry, EndpointProblem, ObjectKind, PoolEntry, ScopeEntry } from './report.js';

/** What is to be done in the cluster for one resource: its proxy, its interception, or a pool. */
export interface PartFinding {
  owner: PrivateLinkEndpoint | RunnerPool;
  now: Work;
  /** Once the step before is done. */
  later?: Work;
  /** What has to be seen before `now`, for people. */
  once?: string;
  problems: readonly EndpointProblem[];
  /** What stays, for people. */
  left?: readonly string[];
  /** What there is. */
  seen: readonly Seen[];
  /** What becomes of the nodes there are. */
  replacement?: Preview | undefined;
}

export interface Work {
  operations: readonly OwnedOperation[];
  edits?: readonly TextEdit[];
}

/** Of a text that isn't ours alone. */
export interface TextEdit {
  /** The ConfigMap, `namespace/name`. */
  configMap: string;
  before: string;
  after: string;
}

/** Where it is done: in the cluster. */
export function partScope({ owner, now, later, once }: PartFinding): ScopeEntry {
  const isHeld = owner.spec.mode === 'Plan' && !owner.metadata.deletionTimestamp;
  const whose = {
    sets: [],
    [owner.kind === 'RunnerPool' ? 'runnerPool' : 'privateLinkEndpoint']: objectKey(owner.metadata),
  };
  const objects = ({ operations, edits = [] }: Work, more: Partial<ChangeEntry>) => [
    ...operations.map((each) => entry('clusterObjects', objectKey(each.seen.ref), [{ ...more, ...told(each) }])),
    ...edits.map((each) =>
      entry(
        'configMaps',
        each.configMap,
        linesOf(each).map((line) => ({ ...line, ...more })),
      ),
    ),
  ];
  const entry = (target: ObjectKind, id: string, changes: Omit<ChangeEntry, 'sets'>[]) => ({
    ...{ target, id, name: id, kept: 0, quotas: [] },
    changes: changes.map((change): ChangeEntry => ({ ...change, ...whose, ...(isHeld && { held: 'PlanMode' }) })),
  });
  return {
    objects: [
      ...objects(now, { ...(once && { description: once }) }),
      ...(later ? objects(later, { held: 'Waiting' }) : []),
    ],
    problems: [],
  };
}

const MAX_PATHS = 5;

function told(operation: OwnedOperation): Omit<ChangeEntry, 'sets'> {
  const { kind: noun } = operation.seen.resource;
  const description = operation.changed.length > 0 && pathsText(operation.changed);
  return { sign: signOf(operation), noun, value: noun, ...(description && { description }) };
}

function signOf({ action, seen }: OwnedOperation): Sign {
  if (action === 'Apply') return seen.object ? '~' : '+';
  return action === 'Delete' ? '-' : '/';
}

function pathsText(changed: readonly string[]): string {
  const paths = changed.filter((path) => !path.endsWith(DIGEST));
  // What is declared no more has no path.
  return paths.length > 0 ? cut(paths, MAX_PATHS) : 'some fields go';
}

/** Lines that only one of the two has, in their order; where they stand is not told. Whose they are is told besides. */
function linesOf({ before, after }: TextEdit): Omit<ChangeEntry, 'sets'>[] {
  const [former, next] = [before, after].map((text) =>
    text.split('\n').map((line) => line.trim().replace(MARK, '')),
  ) as [string[], string[]];
  const line = (sign: Sign) => (value: string) => ({ sign, noun: LINE, value });
  const lines = [...without(next, former).map(line('+')), ...without(former, next).map(line('-'))];
  return lines.length > 0 ? lines : [line('~')('the same lines, in another order')];
}

/** What a text consists of. */
export const LINE = 'line';

function without(lines: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0 && line !== '';
  });
}

/** What of PrivateLinkEndpoints is not as declared in the cluster. */
export function partEntries(findings: readonly PartFinding[]): EndpointEntry[] {
  return findings.flatMap(({ owner, problems, left = [] }) =>
    owner.kind === 'PrivateLinkEndpoint' && problems.length + left.length > 0
      ? [{ name: objectKey(owner.metadata), problems: [...problems], left: [...left] }]
      : [],
  );
}

export function poolEntries(findings: readonly PartFinding[]): PoolEntry[] {
  return findings.flatMap(({ owner, problems, replacement }) =>
    owner.kind === 'RunnerPool' && (problems.length > 0 || replacement)
      ? [{ name: objectKey(owner.metadata), problems: problems.map(plain), ...(replacement && { replacement }) }]
      : [],
  );
}

function plain({ reason, message }: Problem): Problem {
  return { reason, message };
}

export function partObjects({ seen }: PartFinding): { target: ObjectKind; id: string }[] {
  const there = seen.filter(({ object }) => object);
  return there.map(({ ref }) => ({ target: 'clusterObjects', id: objectKey(ref) }));
}
