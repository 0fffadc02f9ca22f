import { plural } from '../plural.js';
import { type Line, scopeLines } from './lines.js';
import type { PlanReport, ScopeEntry } from './report.js';
import {
  missingPermissions,
  placeWords,
  printable,
  problemLines,
  readWords,
  summaryWords,
  unknownWords,
  waitingWords,
} from './words.js';

/** By it a bot finds its comment, to replace it. */
export const MARKER = '<!-- sallyport plan -->';

/** GitHub takes comments of 65,536 characters, GitLab of 1,000,000 (docs.gitlab.com/administration/instance_limits). */
const MAX_LENGTH = 60_000;
const MAX_WARNINGS = 50;
const MAX_WARNING_LENGTH = 400;

/** The plan for a comment at a merge request. What is too long for one is left out, and it says so. */
export function planMarkdown(report: PlanReport): string {
  const head = [MARKER, `### Sallyport plan: ${summaryWords(report)}`, ...warnings(report)].join('\n\n');
  const foot = [unknownWords(report), ...waitingWords(report).map(printable), readWords(report)]
    .filter(Boolean)
    .map((line) => inline(`${line}`))
    .join(' ');
  const blocks: string[] = [];
  let room = MAX_LENGTH - head.length - foot.length;
  let omitted = 0;
  for (const scope of report.scopes) {
    const { block, left } = scopeBlock(scope, room);
    room -= block.length;
    omitted += left;
    if (block) blocks.push(block);
  }
  if (omitted > 0) blocks.push(`**${plural(omitted, 'more line')}** did not fit here: the text output has them all.`);
  return `${[head, ...blocks, foot].join('\n\n')}\n`;
}

function warnings(report: PlanReport): string[] {
  const lines = [
    ...report.errors.map(({ where, message }) => `${where} could not be read: ${message}`),
    ...missingPermissions(report).map((each) => `missing permission: ${each}`),
    ...problemLines(report),
  ].map((line) => `! ${printable(line).slice(0, MAX_WARNING_LENGTH)}`);
  if (lines.length === 0) return [];
  const rest = lines.length - MAX_WARNINGS;
  return [fenced([...lines.slice(0, MAX_WARNINGS), ...(rest > 0 ? [`and ${rest} more`] : [])])];
}

/** As much of the scope as there is room for. */
function scopeBlock(scope: ScopeEntry, room: number): { block: string; left: number } {
  const lines = scopeLines(scope);
  const count = lines.filter(({ sign }) => sign && sign !== '!').length;
  const wrap = (body: string) =>
    `<details><summary>${inline(placeWords(scope))}: ${plural(count, 'change')}</summary>\n\n${body}\n\n</details>`;
  const shown: string[] = [];
  let length = wrap(fenced([])).length;
  for (const line of lines) {
    const text = diffLine(line);
    length += text.length + 1;
    if (length > room) break;
    shown.push(text);
  }
  return { block: shown.length > 0 ? wrap(fenced(shown)) : '', left: lines.length - shown.length };
}

/** A diff is coloured by the first character of its lines. */
function diffLine({ text, sign }: Line): string {
  return sign ? `${sign}${text.replace(`${sign} `, '')}` : ` ${text}`;
}

/** A block in which nothing has a meaning, and that nothing in it can end. */
function fenced(lines: readonly string[]): string {
  return ['```diff', ...lines.map((line) => line.replaceAll('```', "'''")), '```'].join('\n');
}

function inline(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
