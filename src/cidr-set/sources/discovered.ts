import type { CidrSet, CidrSetStatus } from '../../api/cidr-set.gen.js';
import type { Problem } from '../../api/problem.js';
import { cut } from '../../cut.js';
import { durationMs } from '../../duration.js';
import { timestamp, timeText } from '../../kube/time.js';
import { plural } from '../../plural.js';
import { type GivenCidr, givenBy, type Memory, type RememberedSource } from './memory.js';
import { type Discover, type SourceState, sourceText } from './source.js';

export type SourceStatus = NonNullable<CidrSetStatus['sources']>[number];

/** Why a set's CIDRs are not all known: `unknown` while that is only because reading takes its time. */
export interface SourcesProblem extends Problem {
  unknown?: boolean;
}

/** What a set's sources give it. While there is a problem the list may lack some. */
export interface Discovered {
  /** The spec that it was made for. */
  discover: Discover;
  /** One that several sources give is there for each. */
  cidrs: GivenCidr[];
  problem?: SourcesProblem;
  /** Troubles first. */
  sources: SourceStatus[];
}

/** @param problems what is wrong besides sources that can't be read */
export function discoveredBy(
  set: CidrSet,
  memory: Memory,
  states: readonly SourceState[],
  problems: readonly Problem[] = [],
): Discovered {
  const known = states.map((state) => ({ state, remembered: memory.get(sourceText(state.ref)) }));
  const failed = known.flatMap(({ state: { ref, reading }, remembered }) => {
    if (!reading || reading.ok) return [];
    const { reason, message } = failure(reading.problem, remembered);
    return [{ reason, message: ref.account ? `${ref.name}: ${message}` : message }];
  });
  const problem = summary([...problems, ...failed], states);
  return {
    discover: set.spec.discover ?? {},
    cidrs: givenBy(memory, durationMs(set.spec.guard.grace)),
    ...(problem && { problem }),
    sources: known.map(({ state, remembered }) => statusOf(state, remembered)).sort(byTrouble),
  };
}

function summary(problems: readonly Problem[], states: readonly SourceState[]): SourcesProblem | undefined {
  const [first, ...more] = problems;
  if (first) return { ...first, message: first.message + (more.length > 0 ? ` (and ${more.length} more)` : '') };
  const unread = states.filter(({ reading }) => !reading).map(({ ref }) => sourceText(ref));
  if (unread.length === 0) return undefined;
  return { reason: 'Progressing', message: `Reading ${cut(unread, 5)}`, unknown: true };
}

function failure({ reason, message }: Problem, remembered: RememberedSource | undefined): Problem {
  const { cidrs, failing } = remembered ?? {};
  if (!failing || !cidrs?.size) return { reason, message };
  return { reason, message: `${message}; ${plural(cidrs.size, 'CIDR')} kept since ${timeText(failing.since)}` };
}

function statusOf({ ref, reading, note }: SourceState, remembered: RememberedSource | undefined): SourceStatus {
  const cidrs = [...(remembered?.cidrs.values() ?? [])];
  const leaving = cidrs.filter(({ missingSince }) => missingSince !== undefined).length;
  const problem = reading && !reading.ok ? failure(reading.problem, remembered) : note;
  const lastRead = remembered?.failing?.lastRead;
  return {
    ...ref,
    cidrs: cidrs.length,
    ...(leaving > 0 && { leaving }),
    reason: reading ? 'Read' : 'Progressing',
    ...problem,
    ...(lastRead !== undefined && { lastRead: timestamp(new Date(lastRead)) }),
  };
}

function byTrouble(a: SourceStatus, b: SourceStatus): number {
  const well = ({ reason }: SourceStatus) => Number(reason === 'Read');
  return well(a) - well(b) || (sourceText(a) < sourceText(b) ? -1 : 1);
}
