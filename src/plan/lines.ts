import type { Sign } from '../cidr-set/targets/kind.js';
import type { ObjectEntry, ScopeEntry } from './report.js';
import { type ChangeWords, knownChanges, objectNotes, printable } from './words.js';

export interface Line {
  text: string;
  sign?: Sign | '!';
  /** Whether what it says is done at all. */
  made?: boolean;
}

/** What there is to do in one account and region, object by object. */
export function scopeLines({ objects, problems }: ScopeEntry): Line[] {
  const changed = objects.map((object) => ({ object, changes: knownChanges(object) }));
  const messages = new Set(problems.map(({ message }) => printable(message)));
  return [
    ...changed.filter(({ changes }) => changes.length > 0).flatMap(objectLines),
    ...[...messages].map((message): Line => ({ text: `  ! ${message}`, sign: '!', made: true })),
  ];
}

function objectLines({ object, changes }: { object: ObjectEntry; changes: ChangeWords[] }): Line[] {
  const { id, name } = object;
  const width = (part: 'what' | 'value') => changes.reduce((max, change) => Math.max(max, change[part].length), 0);
  const [what, value] = [width('what'), width('value')];
  return [
    { text: `  ${printable(id === name ? name : `${id}  ${name}`)}` },
    ...changes.map((change): Line => {
      const { sign, made } = change;
      const columns = [change.what.padEnd(what), change.value.padEnd(value), change.note];
      const text = columns.filter(Boolean).join('  ').trimEnd();
      return { text: `    ${sign} ${text}`, sign, made };
    }),
    ...objectNotes(object).map((text): Line => ({ text: `    ${text}` })),
  ];
}
