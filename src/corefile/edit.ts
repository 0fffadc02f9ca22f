import { CorefileError, type Result, resultOf } from './error.js';
import { type Finding, findingsOf } from './findings.js';
import { canBeMarked, markedLine, markedRewrites, type Rewrite } from './marks.js';
import { type Corefile, parse, type ServerBlock } from './parser.js';
import { blocksFor } from './zones.js';

export interface Edit {
  /** The former text where there is nothing to do. */
  text: string;
  /** What may keep the rewrites from being effective, though the Corefile has them. */
  findings: Finding[];
}

export interface EditOptions {
  /** Where CoreDNS is asked: the target port of its Service. */
  port?: number;
}

/**
 * A Corefile with just these rewrites of `marker`'s, each a line at the top of the server blocks that answer for its name:
 * before any rule of others that would stop there. Every other byte stays, the lines of other markers too. An error has
 * any reason.
 */
export function withRewrites(
  text: string,
  rewrites: readonly Rewrite[],
  marker: string,
  { port }: EditOptions = {},
): Result<Edit> {
  return resultOf(() => {
    const former = parse(withoutRewrites(text, marker));
    const wanted = new Map<ServerBlock, Rewrite[]>();
    for (const rewrite of rewrites) {
      if (!canBeMarked(rewrite, marker)) {
        throw new CorefileError('InvalidRewrite', `no line can be written for ${rewrite.from} to ${rewrite.to}`);
      }
      const blocks = blocksFor(former, rewrite.from, port);
      if (blocks.length === 0) {
        throw new CorefileError('NoServerBlock', `no server block answers for ${rewrite.from}`);
      }
      for (const block of blocks) wanted.set(block, [...(wanted.get(block) ?? []), rewrite]);
    }

    const insertions = [...wanted].map(([block, ofBlock]) => insertion(former, block, ofBlock, marker));
    // From the last to the first, so that the places of the others stay.
    insertions.sort((a, b) => b.at - a.at);
    const edited = parse(
      insertions.reduce((all, { at, lines }) => all.slice(0, at) + lines + all.slice(at), former.text),
    );
    requireSame(former, edited, marker);
    return { text: edited.text, findings: findingsOf(edited, rewrites, marker, port) };
  });
}

/** A Corefile without `marker`'s lines: the bytes that it had before them. Takes any text. */
export function withoutRewrites(text: string, marker: string): string {
  const ours = markedRewrites(text).filter((line) => line.marker === marker);
  return ours.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

interface Insertion {
  at: number;
  lines: string;
}

/**
 * After the opening brace and those lines of ours whose markers precede, so that two resources don't change places
 * forever; indented as what follows. What follows the brace on its own line goes down to the next.
 */
function insertion(
  { text, tokens }: Corefile,
  { open }: ServerBlock,
  rewrites: readonly Rewrite[],
  marker: string,
): Insertion {
  const next = tokens.find(({ start }) => start >= open.end);
  let at = next?.line === open.lastLine ? next.start : text.indexOf('\n', open.end) + 1;
  for (const former of markedRewrites(text, tokens)) {
    if (former.start === at && former.marker < marker) at = former.end;
  }
  const indent = text[at - 1] === '\n' ? /^\s*?([ \t]*)(?=\S)/.exec(text.slice(at))?.[1] : '';
  return { at, lines: rewrites.map((rewrite) => indent + markedLine(rewrite, marker)).join('') };
}

/** @throws CorefileError where CoreDNS would make something else of what isn't ours, or where it couldn't be restored. */
function requireSame(former: Corefile, edited: Corefile, marker: string): void {
  const isSame = JSON.stringify(meaning(former, marker)) === JSON.stringify(meaning(edited, marker));
  if (isSame && withoutRewrites(edited.text, marker) === former.text) return;
  throw new CorefileError('Unsafe', 'the rewrites would change what CoreDNS makes of the rest');
}

/** All that CoreDNS goes by, but for `marker`'s lines. */
function meaning({ text, tokens, blocks, imports }: Corefile, marker: string): unknown {
  const ours = markedRewrites(text, tokens).filter((line) => line.marker === marker);
  return [
    imports.map(({ pattern }) => pattern),
    blocks.map(({ keys, directives }) => [
      keys,
      directives
        .filter((directive) => !ours.some(({ line }) => line === directive.tokens[0]?.line))
        .map((directive) => directive.tokens.map(({ text }) => text)),
    ]),
  ];
}
