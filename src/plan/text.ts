import type { createColors } from 'picocolors';
import type { Sign } from '../cidr-set/targets/kind.js';
import type { ObjectEntry, PlanReport, ScopeEntry } from './report.js';
import {
  type ChangeWords,
  knownChanges,
  missingPermissions,
  objectNotes,
  placeWords,
  printable,
  readWords,
  summaryWords,
  unknownWords,
} from './words.js';

export type Colors = ReturnType<typeof createColors>;

/** The plan for a terminal. Ends with a newline. */
export function planText(report: PlanReport, colors: Colors): string {
  const { errors, problems } = report;
  const wrong = problems.map(({ set, message }) => colors.yellow(`! ${set}: ${printable(message)}`));
  const unread = errors.map(({ where, message }) => colors.red(`! ${where} could not be read: ${printable(message)}`));
  const missing = missingPermissions(report);
  const unknown = unknownWords(report);
  const paragraphs = [
    ...report.scopes.flatMap((scope) => scopeText(scope, colors) ?? []),
    [...wrong, ...unread].join('\n'),
    missing.length > 0 ? ['Missing permissions:', ...missing.map((each) => `  ${each}`)].join('\n') : '',
    [...(unknown ? [unknown] : []), readWords(report), colors.bold(summaryWords(report))].join('\n'),
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}

function scopeText(scope: ScopeEntry, colors: Colors): string | undefined {
  const lines = scopeLines(scope).map(({ text, sign, made }) => {
    if (!sign) return text;
    return made ? colors[COLORS[sign]](text) : colors.dim(text);
  });
  return lines.length > 0 ? [colors.bold(placeWords(scope)), ...lines].join('\n') : undefined;
}

const COLORS = { '+': 'green', '~': 'yellow', '-': 'red', '/': 'magenta', '!': 'yellow' } as const;

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
      const columns = [change.sign, change.what.padEnd(what), change.value.padEnd(value), change.note];
      return {
        text: `    ${columns
          .filter((column) => column !== '')
          .join('  ')
          .trimEnd()}`,
        sign: change.sign,
        made: change.made,
      };
    }),
    ...objectNotes(object).map((text): Line => ({ text: `    ${text}` })),
  ];
}
