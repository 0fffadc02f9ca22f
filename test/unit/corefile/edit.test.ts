import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EditOptions, withoutRewrites, withRewrites } from '../../../src/corefile/edit.js';
import { lex } from '../../../src/corefile/lexer.js';
import type { Rewrite } from '../../../src/corefile/marks.js';
import { anyCorefile } from '../../support/corefiles.js';

const gitlab = { from: 'gitlab.example.com', to: 'gitlab.privatelink.example.com' };
const registry = { from: 'registry.example.com', to: 'registry.privatelink.example.com' };

/** What the Corefile becomes, with our lines as `>FROM`. */
function edited(text: string, rewrites: readonly Rewrite[] = [gitlab], options: EditOptions = {}): string {
  const result = withRewrites(text, rewrites, 'runners/gitlab', options);
  if (!result.ok) throw result.error;
  expect(withoutRewrites(result.value.text, 'runners/gitlab')).toBe(text);
  return result.value.text.replace(/rewrite stop name exact (\S+) \S+ # managed by .*/g, '>$1');
}

it('writes a line that says whose it is', () => {
  expect(withRewrites('.:53 {\n    errors\n}\n', [gitlab], 'runners/gitlab')).toMatchObject({
    value: {
      text: [
        '.:53 {',
        '    rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com # managed by sallyport.dev: runners/gitlab',
        '    errors\n}\n',
      ].join('\n'),
    },
  });
});

it.each<[where: string, corefile: string, edited: string]>([
  [
    'before rules of others',
    '. {\n rewrite stop name regex .* a\n}',
    '. {\n >gitlab.example.com\n rewrite stop name regex .* a\n}',
  ],
  ['as deep as what follows', '. {\n\n\terrors\n}', '. {\n\t>gitlab.example.com\n\n\terrors\n}'],
  ['under a comment', '. { # all\n errors\n}', '. { # all\n >gitlab.example.com\n errors\n}'],
  ['under a brace of its own line', '.\n{\n errors\n}', '.\n{\n >gitlab.example.com\n errors\n}'],
  ['before what shares the line with the brace', '. { errors\n}', '. { >gitlab.example.com\nerrors\n}'],
  ['before what a comment hides from people', '. {#a errors\n}', '. {#a >gitlab.example.com\nerrors\n}'],
  ['in a block of nothing', '. { }', '. { >gitlab.example.com\n}'],
  ['among carriage returns', '. {\r\n errors\r\n}', '. {\r\n >gitlab.example.com\n errors\r\n}'],
  ['beneath a line of ours that is edited', '. {\n log # ours\n}', '. {\n >gitlab.example.com\n log # ours\n}'],
  [
    'in the longest zone',
    '. {\n errors\n}\nexample.com {\n log\n}\nlab.example.com {\n}',
    '. {\n errors\n}\nexample.com {\n >gitlab.example.com\n log\n}\nlab.example.com {\n}',
  ],
  [
    'in the zone of the name',
    'Example.com.:53 {\n}\nGITLAB.example.com.:53 {\n}',
    'Example.com.:53 {\n}\nGITLAB.example.com.:53 {\n>gitlab.example.com\n}',
  ],
  ['in that of several keys which matches', 'a, com b {\n}\n. {\n}', 'a, com b {\n>gitlab.example.com\n}\n. {\n}'],
  [
    'where plain DNS on the port is',
    'com:5353 {\n}\ntls://com {\n}\ndns://.:53 {\n}',
    'com:5353 {\n}\ntls://com {\n}\ndns://.:53 {\n>gitlab.example.com\n}',
  ],
  [
    'in all blocks of a zone that have addresses of their own, and in that for the rest',
    'com {\n bind lo\n}\ncom {\n bind eth0\n}\n. {\n}',
    'com {\n >gitlab.example.com\n bind lo\n}\ncom {\n >gitlab.example.com\n bind eth0\n}\n. {\n>gitlab.example.com\n}',
  ],
  [
    'in the longest zone of an address',
    'com {\n bind lo\n}\n. {\n bind lo\n}',
    'com {\n >gitlab.example.com\n bind lo\n}\n. {\n bind lo\n}',
  ],
  [
    'in a shorter zone of an address',
    'com {\n}\n. {\n bind lo\n}\n. {\n}',
    'com {\n>gitlab.example.com\n}\n. {\n >gitlab.example.com\n bind lo\n}\n. {\n}',
  ],
  [
    'in a view and in what it leaves',
    '(v) {\n view a {\n }\n}\ncom {\n import v\n}\ncom {\n}\n. {\n}',
    '(v) {\n view a {\n }\n}\ncom {\n >gitlab.example.com\n import v\n}\ncom {\n>gitlab.example.com\n}\n. {\n}',
  ],
])('puts it %s', (_, corefile, expected) => {
  expect(edited(corefile)).toBe(expected);
});

it('asks for another port', () => {
  expect(edited('.:53 {\n}\n.:1053 {\n}\ncom {\n}', [gitlab], { port: 1053 })).toBe(
    '.:53 {\n}\n.:1053 {\n}\ncom {\n>gitlab.example.com\n}',
  );
});

it('keeps the order of rewrites', () => {
  expect(edited('. {\n log\n}', [registry, gitlab])).toBe('. {\n >registry.example.com\n >gitlab.example.com\n log\n}');
});

it.each<[corefile: string, rewrite: Rewrite, reason: string]>([
  ['example.org {\n}', gitlab, 'NoServerBlock'],
  ['com:5353 {\n}', gitlab, 'NoServerBlock'],
  ['.\nerrors', gitlab, 'NoBraces'],
  ['. {\n}', { from: 'a b', to: 'c' }, 'InvalidRewrite'],
  ['. {\n}', { from: 'a', to: 'c\n}' }, 'InvalidRewrite'],
  ['. {\n}', { from: 'a', to: '{$HOME}' }, 'InvalidRewrite'],
])('refuses %j for %j: %s', (corefile, rewrite, reason) => {
  expect(withRewrites(corefile, [rewrite], 'runners/gitlab')).toMatchObject({ ok: false, error: { reason } });
});

it('takes back what others did to its lines, and nothing else', () => {
  const line =
    'rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com # managed by sallyport.dev: a/b';
  const foreign = line.replace('a/b', 'c/d');
  const corefile = `. {\n log\n ${line.replace('privatelink', 'elsewhere')}\r\n ${foreign}\n # ${line}\n x "\n${line}\n"\n}`;
  expect(withRewrites(corefile, [gitlab], 'a/b')).toMatchObject({
    value: { text: `. {\n ${line}\n log\n ${foreign}\n # ${line}\n x "\n${line}\n"\n}` },
  });
  expect(withoutRewrites(`. {\n log ${line}\n errors\n}`, 'a/b')).toBe(`. {\n log ${line}\n errors\n}`);
});

/** Names that the random Corefiles have blocks for, and others. */
const anyRewrite = fc.record({
  from: fc.constantFrom('a.b.c', 'b.c', 'x.c', 'gitlab.example.com'),
  to: fc.constantFrom('p.a', 'p.b.c'),
});
const anyRewrites = fc.uniqueArray(anyRewrite, { selector: ({ from }) => from, maxLength: 3 });

it('gives back every byte, says the same twice, and leaves the words of all Corefiles as they are', () => {
  let count = 0;
  fc.assert(
    fc.property(anyCorefile, anyRewrites, (corefile, rewrites) => {
      const result = withRewrites(corefile, rewrites, 'a/b');
      expect(withoutRewrites(corefile, 'a/b')).toBe(corefile);
      if (!result.ok) return expect(result.error.reason).not.toBe('Unsafe');
      const { text } = result.value;
      count++;
      expect(withoutRewrites(text, 'a/b')).toBe(corefile);
      expect(withRewrites(text, rewrites, 'a/b')).toEqual(result);
      const words = lex(text).map((token) => token.text);
      const lines = text.split('# managed by').length - 1;
      const former = lex(corefile).map((token) => token.text);
      expect(words).toHaveLength(former.length + 6 * lines);
      expect(words.join(' ').replace(/rewrite stop name exact \S+ \S+ /g, '')).toBe(former.join(' '));
    }),
    { numRuns: 400 },
  );
  // Many are good.
  expect(count).toBeGreaterThan(60);
});

it('lets two resources come and go in any order', () => {
  fc.assert(
    fc.property(anyCorefile, anyRewrites, anyRewrites, (corefile, ofA, ofB) => {
      function put(text: string, rewrites: readonly Rewrite[], marker: string): string {
        const result = withRewrites(text, rewrites, marker);
        return result.ok ? result.value.text : text;
      }
      const both = put(put(corefile, ofA, 'a'), ofB, 'b');
      expect(put(put(corefile, ofB, 'b'), ofA, 'a')).toBe(both);
      expect(put(put(both, ofA, 'a'), ofB, 'b')).toBe(both);
      for (const [first, last] of [
        ['a', 'b'],
        ['b', 'a'],
      ] as const) {
        expect(withoutRewrites(withoutRewrites(both, first), last)).toBe(corefile);
      }
    }),
    { numRuns: 200 },
  );
});
