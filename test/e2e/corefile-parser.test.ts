import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutRewrites, withRewrites } from '../../src/corefile/edit.js';
import { lex } from '../../src/corefile/lexer.js';
import { type Corefile, parseCorefile } from '../../src/corefile/parser.js';
import { reloadHash } from '../../src/corefile/reload-hash.js';
import { publishedCorefiles, type Reading, readByCoreDns } from '../support/coredns.js';
import { anyCorefile } from '../support/corefiles.js';

/** CoreDNS reads the environment and files, which ours doesn't know. */
function isSelfContained({ text, blocks, imports }: Corefile): boolean {
  return !/\{[$%]/.test(text) && imports.length === 0 && blocks.every((block) => block.imports.length === 0);
}

function wordsByDirective(directives: readonly { name: string; tokens: readonly { text: string }[] }[]) {
  const words: Record<string, string[]> = {};
  for (const { name, tokens } of directives) {
    words[name] = [...(words[name] ?? []), ...tokens.map(({ text }) => text)];
  }
  return words;
}

function blocksOf({ Blocks }: Reading) {
  return (Blocks ?? []).map(({ Keys, Tokens }) => ({
    keys: Keys ?? [],
    words: Object.fromEntries(Object.entries(Tokens).map(([name, tokens]) => [name, tokens.map(({ Text }) => Text)])),
  }));
}

function expectSame(corefile: string, ours: Corefile, theirs: Reading): void {
  const blocks = ours.blocks.filter(({ keys }) => keys.length > 0);
  expect({ corefile, error: theirs.Error, hash: theirs.Hash, blocks: blocksOf(theirs) }).toEqual({
    corefile,
    error: '',
    hash: reloadHash(ours),
    blocks: blocks.map(({ keys, directives }) => ({ keys, words: wordsByDirective(directives) })),
  });
}

async function expectSameWords(corefiles: readonly string[]): Promise<void> {
  const readings = await readByCoreDns(corefiles);
  for (const [index, corefile] of corefiles.entries()) {
    const words = lex(corefile).map(({ line, text }) => ({ Line: line, Text: text }));
    expect({ corefile, words }).toEqual({ corefile, words: readings[index]?.Tokens });
  }
}

/** Resolves to how many were taken and compared. Those with a brace too few CoreDNS takes at times, and ours never. */
async function expectSameMeanings(corefiles: readonly string[]): Promise<number> {
  const readings = await readByCoreDns(corefiles);
  let taken = 0;
  for (const [index, reading] of readings.entries()) {
    const corefile = corefiles[index] ?? '';
    const ours = parseCorefile(corefile);
    if (ours.ok && isSelfContained(ours.value)) {
      taken++;
      expectSame(corefile, ours.value, reading);
    } else if (!ours.ok && ours.error.reason === 'Syntax' && !/\{[$%]/.test(corefile)) {
      expect({ corefile, error: reading.Error }).not.toEqual({ corefile, error: '' });
    }
  }
  return taken;
}

describe('random Corefiles', () => {
  // The same each time.
  const sampled = fc.sample(anyCorefile, { numRuns: 3000, seed: 1 });

  it("have the words that CoreDNS' lexer finds, on the same lines", () => expectSameWords(sampled));

  it("are refused where CoreDNS' parser refuses them, and else mean the same, edited or not", async () => {
    const corefiles = sampled.flatMap((former) => {
      const result = withRewrites(former, [{ from: 'a.b.c', to: 'p.b.c' }], 'a/b');
      return result.ok ? [former, result.value.text] : [former];
    });
    expect(await expectSameMeanings(corefiles)).toBeGreaterThan(800);
  });
});

describe("some 1,400 published Corefiles, and what isn't quite one", () => {
  let corefiles: string[];
  beforeAll(async () => {
    corefiles = await publishedCorefiles();
    expect(corefiles.length).toBeGreaterThan(1400);
  });

  it("have the words that CoreDNS' lexer finds, on the same lines", () => expectSameWords(corefiles));

  it("are refused where CoreDNS' parser refuses them, and else mean the same", async () => {
    expect(await expectSameMeanings(corefiles)).toBeGreaterThan(900);
  });

  it('are the same bytes once a rewrite has come and gone', () => {
    let edited = 0;
    for (const corefile of corefiles) {
      const parsed = parseCorefile(corefile);
      if (!parsed.ok) continue;
      const { from, port } = asked(parsed.value);
      const result = withRewrites(corefile, [{ from, to: 'p.example.com' }], 'a/b', { port });
      // Some answer by other protocols only, or for addresses.
      if (!result.ok) {
        expect(result.error.reason).toMatch(/^(NoServerBlock|InvalidRewrite)$/);
        continue;
      }
      edited++;
      expect(result.value.text).not.toBe(corefile);
      expect(withoutRewrites(result.value.text, 'a/b')).toBe(corefile);
    }
    expect(edited).toBeGreaterThan(850);
  });
});

/** A name that the first server block answers for, and the port that it does so on. */
function asked({ blocks }: Corefile): { from: string; port: number } {
  const [, zone, port = 53] = /^(?:dns:\/\/)?(.*?)\.?(?::(\d+))?$/s.exec(blocks[0]?.keys[0] ?? '') ?? [];
  return { from: zone ? `www.${zone.toLowerCase()}` : 'www', port: Number(port) };
}
