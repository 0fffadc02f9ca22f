import type { Colors } from '../printed.js';
import { scopeLines } from './lines.js';
import type { PlanReport, ScopeEntry } from './report.js';
import {
  inSyncWords,
  missingPermissions,
  placeWords,
  printable,
  problemLines,
  readWords,
  summaryWords,
  unknownWords,
  waitingWords,
} from './words.js';

/** The plan for a terminal. Ends with a newline. */
export function planText(report: PlanReport, colors: Colors): string {
  const { errors } = report;
  const wrong = problemLines(report).map((line) => colors.yellow(`! ${printable(line)}`));
  const unread = errors.map(({ where, message }) => colors.red(`! ${where} could not be read: ${printable(message)}`));
  const missing = missingPermissions(report);
  const unknown = unknownWords(report);
  const { differs } = report.summary;
  const last =
    differs || errors.length > 0
      ? [readWords(report), colors.bold(`Plan: ${summaryWords(report)}.`)]
      : [inSyncWords(report)];
  const paragraphs = [
    ...report.scopes.flatMap((scope) => scopeText(scope, colors) ?? []),
    [...wrong, ...unread].join('\n'),
    missing.length > 0 ? ['Missing permissions:', ...missing.map((each) => `  ${each}`)].join('\n') : '',
    [...(unknown ? [unknown] : []), ...waitingWords(report).map(printable), ...last].join('\n'),
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
