import { lex, type Token } from './lexer.js';

/** Who asks for `from` is given what `to` resolves to, under the name `from`. Both in lower case, without a last dot. */
export interface Rewrite {
  from: string;
  to: string;
}

/** A line of ours in a Corefile. */
export interface MarkedRewrite extends Rewrite {
  /** What it is there for: `runners/gitlab`. */
  marker: string;
  line: number;
  /** What to take out of the Corefile, from `start` to `end`, so that nothing of it is left. */
  start: number;
  end: number;
}

const mark = 'managed by sallyport.dev:';
/** The end of a line of ours. */
export const MARK = new RegExp(` # ${mark} \\S+$`);
const name = String.raw`[a-z0-9_-]+(?:\.[a-z0-9_-]+)*`;
const isName = new RegExp(`^${name}$`);
const rewriteLine = new RegExp(String.raw`rewrite stop name exact (${name}) (${name}) # ${mark} (\S+)\r?\n`, 'y');

/**
 * `exact`, because every other match also takes names beneath, and they don't resolve; without `answer auto`, which is
 * what `exact` does anyway, and which CoreDNS before 1.8.4 refuses.
 */
export function markedLine({ from, to }: Rewrite, marker: string): string {
  return `rewrite stop name exact ${from} ${to} # ${mark} ${marker}\n`;
}

/** Whether the line for it is read back as what it is. */
export function canBeMarked({ from, to }: Rewrite, marker: string): boolean {
  return isName.test(from) && isName.test(to) && /^\S+$/.test(marker);
}

/** Our lines, found by their mark and told by their form. One that was edited into something else isn't ours any more. */
export function markedRewrites(corefile: string, tokens: readonly Token[] = lex(corefile)): MarkedRewrite[] {
  return tokens.flatMap((token, index) => {
    rewriteLine.lastIndex = token.start;
    const [whole, from, to, marker] = rewriteLine.exec(corefile) ?? [];
    if (!whole || !from || !to || !marker) return [];
    const former = tokens[index - 1];
    const isAlone = !former || former.lastLine < token.line;
    // Elsewhere its end of line also ends what precedes it.
    if (!isAlone && former.text !== '{') return [];
    const start = isAlone ? corefile.lastIndexOf('\n', token.start - 1) + 1 : token.start;
    return [{ from, to, marker, line: token.line, start, end: token.start + whole.length }];
  });
}

export interface EditedLine {
  line: number;
  text: string;
}

/** Lines that bear our mark and aren't ours any more. */
export function editedLines(corefile: string, marker: string): EditedLine[] {
  const ours = new Set(markedRewrites(corefile).map(({ line }) => line));
  return corefile
    .split('\n')
    .map((text, index) => ({ line: index + 1, text: text.trim() }))
    .filter(({ line, text }) => text.endsWith(`${mark} ${marker}`) && !ours.has(line));
}
