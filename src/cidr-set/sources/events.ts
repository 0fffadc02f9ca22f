import { cut } from '../../cut.js';
import type { Occurrence } from '../../kube/recorder.js';
import { timeText } from '../../kube/time.js';
import { plural } from '../../plural.js';
import type { Memory, RememberedCidr, RememberedSource } from './memory.js';
import { type SourceState, sourceText } from './source.js';

/** What happened to a set's sources between two memories. */
export function sourceEvents(
  former: Memory,
  memory: Memory,
  states: readonly SourceState[],
  graceMs: number,
): Occurrence[] {
  return states.flatMap(({ ref, reading }) => {
    const key = sourceText(ref);
    const before = former.get(key);
    const after = memory.get(key);
    const event = (type: Occurrence['type'], reason: string, what: string): Occurrence => ({
      type,
      reason,
      action: 'Discover',
      note: `${key}: ${what}`,
    });
    const events: Occurrence[] = [];
    if (after?.failing && !before?.failing && reading && !reading.ok) {
      events.push(event('Warning', 'SourceFailed', reading.problem.message));
    }
    if (before?.failing && reading?.ok) events.push(event('Normal', 'SourceRecovered', 'read again'));
    const appeared = present(after).filter(({ cidr }) => !isPresent(before, cidr));
    if (appeared.length > 0) events.push(event('Normal', 'AddressesAppeared', listOf(appeared)));
    const gone = present(before).filter(({ cidr }) => !isPresent(after, cidr));
    if (gone.length > 0 && reading?.ok) {
      const [{ missingSince } = {}] = gone.flatMap(({ cidr }) => after?.cidrs.get(cidr) ?? []);
      const until = missingSince === undefined ? 'let go' : `kept until ${timeText(missingSince + graceMs)}`;
      events.push(event('Normal', 'AddressesGone', `${listOf(gone)}: no longer found, ${until}`));
    }
    return events;
  });
}

function present(source: RememberedSource | undefined): RememberedCidr[] {
  return [...(source?.cidrs.values() ?? [])].filter(({ missingSince }) => missingSince === undefined);
}

function isPresent(source: RememberedSource | undefined, cidr: string): boolean {
  const known = source?.cidrs.get(cidr);
  return known !== undefined && known.missingSince === undefined;
}

/** `2 CIDRs: 203.0.113.1/32, 203.0.113.2/32` */
function listOf(cidrs: readonly RememberedCidr[]): string {
  const texts = cidrs.map(({ cidr }) => cidr);
  return `${plural(texts.length, 'CIDR')}: ${cut(texts, 5)}`;
}
