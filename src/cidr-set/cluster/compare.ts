import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../api/problem.js';
import { sorted } from '../../net/sorted.js';
import type { SetFacts } from '../facts.js';
import type { Change, HoldReason, Sign } from '../targets/kind.js';
import type { SetWish } from '../wish.js';
import { removalHold } from './claim.js';
import type { ClusterTarget } from './kind.js';
import { holderOf } from './mark.js';
import { cidrsIn, nameOf, type ObservedObject } from './observed.js';

/** What differs in one object; adds to `facts` what the set has there. */
export function compareObject(seen: ObservedObject, wish: SetWish, ownerId: string, facts: SetFacts): Change[] {
  const problem = otherOwner(seen, ownerId);
  if (problem) {
    facts.problems.push(problem);
    return [];
  }
  const { kind, id, ref, object, target } = seen;
  const { present, known } = contents(seen);
  if (object) {
    facts.objects.push({ target: kind.name, id, name: ref.name, entries: present.size });
    facts.owned += 1 + [...present].filter((cidr) => known.has(cidr)).length;
  }
  return target ? compareWanted({ ...seen, target }, wish, ownerId) : compareUnwanted(seen, wish);
}

function otherOwner(seen: ObservedObject, ownerId: string): Problem | undefined {
  const { object, claimedBy } = seen;
  if (claimedBy) {
    const way = 'choose another name, or take the target out of one of them';
    return { reason: 'ClaimedBy', message: `${nameOf(seen)} is for CidrSet ${claimedBy}, and left to it; ${way}` };
  }
  if (!object || holderOf(object, ownerId)) return undefined;
  const way = 'choose another name, or delete it';
  return { reason: 'NotOurs', message: `${nameOf(seen)} was not made by this install, and is left alone; ${way}` };
}

/** What the object holds, and what of it, or besides, is known to be ours. */
function contents(seen: ObservedObject): { present: Set<string>; known: Set<string> } {
  const present = new Set(cidrsIn(seen));
  return { present, known: new Set(seen.written?.cidrs ?? present) };
}

function compareWanted(seen: ObservedObject & { target: ClusterTarget }, wish: SetWish, ownerId: string): Change[] {
  const { kind, target, object, written } = seen;
  const { present, known } = contents(seen);
  const wanted = new Set(wish.cidrs.map(({ cidr }) => cidr));
  const planned = wish.mode === 'Plan' ? 'PlanMode' : undefined;
  // What a set can't tell yet must not be shut out by what it can.
  const unsure = !object && !written && !wish.complete && (kind.closes || wanted.size === 0);
  const held = planned ?? (unsure ? 'SourcesIncomplete' : undefined);
  const change = changeOf(seen, wish);

  const isAsSaid = object && isDeepStrictEqual(kind.fieldsOf(object, target), kind.fields(target, sorted(present)));
  const isHere = isAsSaid && holderOf(object, ownerId) === wish.set;
  const kept = sorted(wish.complete ? wanted : [...wanted, ...known]);
  return [
    ...(isHere ? [] : [change(object ? '~' : '+', kind.resource.kind, kind.describe(target), held)]),
    ...kept.filter((cidr) => !present.has(cidr)).map((cidr) => change('+', 'entry', cidr, held)),
    ...[...present]
      .filter((cidr) => !wanted.has(cidr))
      .map(
        (cidr): Change =>
          known.has(cidr)
            ? change('-', 'entry', cidr, removalHold(wish))
            : { ...change('-', 'entry', cidr, planned), harmless: true },
      ),
  ];
}

function compareUnwanted(seen: ObservedObject, wish: SetWish): Change[] {
  const { kind, ref } = seen;
  const change = changeOf(seen, wish);
  const held = removalHold(wish);
  if (wish.release === 'Retain') return [change('/', kind.resource.kind, ref.name, held)];
  const entries = [...contents(seen).present].map((cidr) => change('-', 'entry', cidr, held));
  return [...entries, change('-', kind.resource.kind, ref.name, held)];
}

function changeOf({ kind, id, ref }: ObservedObject, { set, release }: SetWish) {
  return (sign: Sign, noun: string, value: string, held?: HoldReason): Change => ({
    target: kind.name,
    sign,
    object: { id, name: ref.name },
    noun,
    value,
    sets: [set],
    ...(held && { held }),
    ...(release && { final: true }),
  });
}
