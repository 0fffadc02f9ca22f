import { type EditedLine, editedLines, markedRewrites, type Rewrite } from './marks.js';
import type { Corefile, Directive, Import, ServerBlock } from './parser.js';
import { blocksFor, fullyQualified, isFromEnvironment } from './zones.js';

/** Something about a Corefile that may keep a rewrite from being effective; `line` is where. */
export type Finding =
  /** The plugin autopath strips search domains after rewriting: a pod that asks through one gets the public address. */
  | { kind: 'Autopath'; line: number }
  /** Nothing loads the Corefile again: CoreDNS must be restarted after an edit. */
  | { kind: 'NoReload' }
  /** What is imported between server blocks may be one for a longer zone, which then answers. */
  | ({ kind: 'ImportedBlocks' } & Import)
  /** What is imported into a server block may be any of the other findings. */
  | ({ kind: 'ImportedDirectives' } & Import)
  /** A zone that is known in CoreDNS' pods only; it may be the one that answers. */
  | { kind: 'KeyFromEnvironment'; line: number; key: string }
  /** The name may come to several server blocks, by view or address; the rewrite is in each. */
  | { kind: 'SeveralBlocks'; from: string; lines: number[] }
  /** The private name is looked up where the public one is: the server block for the private one isn't asked. */
  | { kind: 'OtherBlock'; from: string; to: string; line: number }
  /** Someone else's rewrite of the same name, which ours precedes. Or ours, by an earlier life: its mark is gone. */
  | { kind: 'OtherRewrite'; line: number; from: string; to: string }
  /** One of our lines, edited into something that isn't one. It is left alone. */
  | ({ kind: 'EditedByHand' } & EditedLine);

/** Of a Corefile that has `marker`'s `rewrites`. */
export function findingsOf(
  corefile: Corefile,
  rewrites: readonly Rewrite[],
  marker: string,
  port: number | undefined,
): Finding[] {
  const found = rewrites.map((rewrite) => ({ rewrite, blocks: blocksFor(corefile, rewrite.from, port) }));
  const blocks = [...new Set(found.flatMap((each) => each.blocks))];
  return [
    ...corefile.imports.map((each): Finding => ({ kind: 'ImportedBlocks', ...each })),
    ...corefile.blocks.flatMap(ofKeys),
    ...ofReload(corefile),
    ...blocks.flatMap(ofBlock),
    ...found.flatMap(({ rewrite, blocks }) => [
      ...ofChoice(rewrite, blocks, blocksFor(corefile, rewrite.to, port)),
      ...blocks.flatMap((block) => ofOthers(corefile, rewrite, block)),
    ]),
    ...editedLines(corefile.text, marker).map((each): Finding => ({ kind: 'EditedByHand', ...each })),
  ];
}

function ofKeys({ keys, open }: ServerBlock): Finding[] {
  return keys.filter(isFromEnvironment).map((key) => ({ kind: 'KeyFromEnvironment', line: open.line, key }));
}

/** Any server block's reload is for the whole Corefile. */
function ofReload({ blocks, imports }: Corefile): Finding[] {
  const mayReload = imports.length > 0 || blocks.some((block) => block.imports.length > 0 || has(block, 'reload'));
  return mayReload ? [] : [{ kind: 'NoReload' }];
}

function ofBlock({ directives, imports }: ServerBlock): Finding[] {
  return [
    ...imports.map((each): Finding => ({ kind: 'ImportedDirectives', ...each })),
    ...directives
      .filter(({ name }) => name === 'autopath')
      .map((directive): Finding => ({ kind: 'Autopath', line: lineOf(directive) })),
  ];
}

function ofChoice({ from, to }: Rewrite, blocks: readonly ServerBlock[], ofTarget: readonly ServerBlock[]): Finding[] {
  const findings: Finding[] = [];
  if (blocks.length > 1) findings.push({ kind: 'SeveralBlocks', from, lines: blocks.map(({ open }) => open.line) });
  for (const { open } of ofTarget.filter((block) => !blocks.includes(block))) {
    findings.push({ kind: 'OtherBlock', from, to, line: open.line });
  }
  return findings;
}

function ofOthers({ text, tokens }: Corefile, { from }: Rewrite, { directives }: ServerBlock): Finding[] {
  const ours = markedRewrites(text, tokens).map(({ line }) => line);
  return directives.flatMap((directive): Finding[] => {
    const line = lineOf(directive);
    const exact = exactRewrite(directive);
    if (!exact || ours.includes(line) || fullyQualified(exact.from) !== fullyQualified(from)) return [];
    return [{ kind: 'OtherRewrite', line, ...exact }];
  });
}

/** What `rewrite [continue|stop] name [exact] FROM TO` rewrites. */
function exactRewrite({ tokens }: Directive): Rewrite | undefined {
  const words = tokens.map(({ text }) => text).join(' ');
  const [, from, to] = /^rewrite (?:(?:continue|stop) )?name (?:exact )?(\S+) (\S+)(?: answer|$)/.exec(words) ?? [];
  return from && to ? { from, to } : undefined;
}

function has({ directives }: ServerBlock, plugin: string): boolean {
  return directives.some(({ name }) => name === plugin);
}

function lineOf({ tokens }: Directive): number {
  return tokens[0]?.line ?? 0;
}
