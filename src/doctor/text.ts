import { printable } from '../plan/words.js';
import { plural } from '../plural.js';
import type { Colors } from '../printed.js';
import { checks, type Finding, type Level } from './finding.js';
import type { DoctorReport } from './report.js';

/** For a terminal: a line for what is well of each check, and one for each other finding. Ends with a newline. */
export function doctorText({ findings, summary }: DoctorReport, colors: Colors): string {
  const lines = checks.flatMap((check) => {
    const own = findings.filter((finding) => finding.check === check);
    const well = own.filter(({ level }) => level === 'ok').map(({ message }) => message);
    const entries = [
      ...(well.length > 0 ? [{ level: 'ok' as const, message: wellText(well) }] : []),
      ...own.filter(({ level }) => level !== 'ok'),
    ];
    return entries.flatMap((entry, index) => entryLines(index === 0 ? check : '', entry, colors));
  });
  return `${[...lines, '', colors.bold(summaryText(summary))].join('\n')}\n`;
}

/** How many of a check are told one by one. */
const MOST = 6;

function wellText(messages: readonly string[]): string {
  const rest = messages.length - MOST;
  return `${messages.slice(0, MOST).join('; ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const WIDTHS = { check: 13, level: 9 };
const COLORS = { ok: 'green', note: 'cyan', warning: 'yellow', failure: 'red', unchecked: 'dim' } as const;

function entryLines(
  check: string,
  { level, message, next }: Pick<Finding, 'level' | 'message' | 'next'>,
  colors: Colors,
) {
  const word = level === 'unchecked' ? '?' : level;
  const first = `${check.padEnd(WIDTHS.check)}${colors[COLORS[level]](word.padEnd(WIDTHS.level))} ${printable(message)}`;
  const indent = ' '.repeat(WIDTHS.check + WIDTHS.level + 1);
  return next ? [first, `${indent}${colors.dim(`→ ${printable(next)}`)}`] : [first];
}

/** `9 ok, 1 warning, 2 failures, 1 not checked` */
function summaryText({ ok, note, warning, failure, unchecked }: Record<Level, number>): string {
  const words = [
    ok > 0 && `${ok} ok`,
    note > 0 && plural(note, 'note'),
    warning > 0 && plural(warning, 'warning'),
    failure > 0 && plural(failure, 'failure'),
    unchecked > 0 && `${unchecked} not checked`,
  ];
  return words.filter(Boolean).join(', ');
}
