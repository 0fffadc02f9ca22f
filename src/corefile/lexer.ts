/** What CoreDNS takes as one word of a Corefile. Quotes don't tell words apart: `"{"` opens a block as `{` does. */
export interface Token {
  /** Without quotes, and with `\"` as `"`. */
  text: string;
  /** Line that it begins on, from 1. */
  line: number;
  /** Line that it ends on: a quoted one may span several. */
  lastLine: number;
  /** Where it begins in the Corefile, and where what follows it does, in UTF-16 code units. */
  start: number;
  end: number;
}

/** What Go's unicode.IsSpace says, less the carriage return, which CoreDNS drops even in mid-word. */
const space = String.raw`\t\n\v\f \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const blank = new RegExp(`[${space}\\r]+`, 'y');
/** From a `#` between words to the end of the line. */
const comment = /#[^\n]*/y;
/** Only `\"` is an escape. What lacks its closing quote ends with the Corefile. */
const quoted = /"((?:\\.|[^"\\])*)(?:"|\\?$)/sy;
/** A `#` in mid-word hides the rest of the word, but only that: in `a#b c` there are the words `a` and `c`. */
const word = new RegExp(`([^${space}#]+)(?:#[^${space}]*)?`, 'y');

/** The words that CoreDNS' lexer (coredns/caddy, caddyfile/lexer.go) finds, with their places. Nothing is no Corefile. */
export function lex(corefile: string): Token[] {
  const tokens: Token[] = [];
  let at = corefile.startsWith('\ufeff') ? 1 : 0;
  let line = 1;

  /** Where `pattern` matches here, steps over it. */
  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(corefile);
    if (!match) return undefined;
    at += match[0].length;
    line += lineBreaks(match[0]);
    return match;
  }

  while (at < corefile.length) {
    if (take(blank) || take(comment)) continue;
    const [start, first] = [at, line];
    const string = take(quoted);
    const text = string ? string[1]?.replaceAll('\\"', '"') : take(word)?.[1]?.replaceAll('\r', '');
    // A quote that opens at the very end is nothing to CoreDNS, "" is a word.
    if (text === undefined || (text === '' && string?.[0] !== '""')) continue;
    tokens.push({ text, line: first, lastLine: line, start, end: at });
  }
  return tokens;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}
