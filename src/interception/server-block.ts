import type { Rewrite } from '../corefile/marks.js';
import { type Corefile, type Directive, parseCorefile, type ServerBlock } from '../corefile/parser.js';
import { blocksFor } from '../corefile/zones.js';

const header = '# managed by sallyport.dev:';
const rewriteLine = /^ {4}rewrite stop name exact (\S+) (\S+)$/gm;

/**
 * A server block for each public name, which has the addresses and the port of the one that answers now, and asks whom
 * that one asks. Undefined where that one asks nobody.
 */
export function serverBlocks(
  corefile: Corefile,
  rewrites: readonly Rewrite[],
  marker: string,
  port: number,
): string | undefined {
  const blocks = rewrites.map((rewrite) => serverBlock(corefile, rewrite, port));
  return blocks.includes(undefined) ? undefined : `${header} ${marker}\n${blocks.join('')}`;
}

function serverBlock(corefile: Corefile, { from, to }: Rewrite, port: number): string | undefined {
  const [block] = blocksFor(corefile, from, port);
  const forward = block?.directives.find(({ name }) => name === 'forward');
  if (!block || !forward) return undefined;
  const bind = block.directives.filter(({ name }) => name === 'bind');
  return [
    `${from}${portOf(block)} {`,
    '    errors',
    ...bind.map((each) => `    ${textOf(corefile, each)}`),
    `    rewrite stop name exact ${from} ${to}`,
    `    ${textOf(corefile, forward)}`,
    '    cache 30',
    '}\n',
  ].join('\n');
}

/** `:53`, or nothing where the block has CoreDNS' own port. */
function portOf({ keys }: ServerBlock): string {
  return keys.map((key) => /:\d+$/.exec(key)?.[0]).find((port) => port !== undefined) ?? '';
}

/** As written, its own block and comments included. */
function textOf({ text }: Corefile, { tokens }: Directive): string {
  return text.slice(tokens[0]?.start, tokens.at(-1)?.end);
}

/** What `serverBlocks` has written for this marker. */
export function readServerBlocks(text: string | undefined, marker: string): Rewrite[] {
  if (!text?.startsWith(`${header} ${marker}\n`)) return [];
  return [...text.matchAll(rewriteLine)].map(([, from = '', to = '']) => ({ from, to }));
}

/** The zones that some text has server blocks for, without ports: a second one would keep CoreDNS from loading. */
export function zonesOf(text: string): string[] {
  const parsed = parseCorefile(text);
  const keys = parsed.ok ? parsed.value.blocks.flatMap((block) => block.keys) : [];
  return keys.map((key) =>
    key
      .replace(/^dns:\/\//, '')
      .replace(/\.?(?::\d+)?$/, '')
      .toLowerCase(),
  );
}
