import { expect, it } from '@jest/globals';
import { type Corefile, parseCorefile } from '../../../src/corefile/parser.js';

function parsed(text: string): Corefile {
  const result = parseCorefile(text);
  if (!result.ok) throw result.error;
  return result.value;
}

it.each<[what: string, corefile: string, blocks: [keys: string, ...directives: string[]][]]>([
  ['a block', '.:53 {\n errors\n forward . 1.1.1.1\n}', [['.:53', 'errors', 'forward . 1.1.1.1']]],
  ['no plugins', 'a {\n}', [['a']]],
  ['no keys', '{\n log\n}', [['', 'log']]],
  ['a brace in the next line', 'a b\n{\n log\n}', [['a b', 'log']]],
  ['keys over several lines', 'a, b,\n c {\n log\n}', [['a b c', 'log']]],
  ['a directive behind the brace', 'a { log\n}', [['a', 'log']]],
  ['a block of a directive', 'a {\n x {\n  y {\n  }\n } z\n log\n}', [['a', 'x { y { } } z', 'log']]],
  ['several blocks', 'a {\n}\nb {\n} c {\n}', [['a'], ['b'], ['c']]],
  ['a word over several lines', 'a {\n x "1\n2" y\n log\n}', [['a', 'x 1\n2 y', 'log']]],
  ['a snippet', '(s) {\n log\n x {\n  y\n }\n}\na {\n import s\n errors\n}', [['a', 'log', 'x { y }', 'errors']]],
  ['a snippet in a snippet', '(s) {\n log\n}\n(t) {\n import s\n}\na {\n import t\n}', [['a', 'log']]],
  ['a snippet in a directive', '(s) {\n y\n}\na {\n x {\n  import s\n }\n log\n}', [['a', 'x { y }', 'log']]],
])('takes %s', (_, corefile, blocks) => {
  const words = parsed(corefile).blocks.map(({ keys, directives }) => [
    keys.join(' '),
    ...directives.map(({ tokens }) => tokens.map(({ text }) => text).join(' ')),
  ]);
  expect(words).toEqual(blocks);
});

it('tells imports of files, between blocks and in them, and takes a snippet that comes later for a file', () => {
  const { imports, blocks } = parsed('import a\nb {\n import c/*.override\n import s\n}\nimport d\n(s) {\n log\n}');
  expect(imports).toEqual([
    { pattern: 'a', line: 1 },
    { pattern: 'd', line: 6 },
  ]);
  expect(blocks[0]?.imports.map(({ pattern }) => pattern)).toEqual(['c/*.override', 's']);
});

it.each<[corefile: string, reason: string, line: number | undefined]>([
  ['.:53\nerrors', 'NoBraces', 1],
  ['.:53', 'NoBraces', 1],
  ['\n.:53{\nerrors\n}', 'NoBraces', 2],
  ['a {\n errors', 'Unbalanced', undefined],
  ['a {\n x {\n  y\n}\n', 'Unbalanced', undefined],
  ['a {\n x {\n  y\n', 'Unbalanced', 2],
  ['a {\n}\n}', 'Unbalanced', 3],
  ['(s) {\n log', 'Unbalanced', undefined],
  ['a {\n log "}', 'Syntax', 2],
  ['a { log }', 'Syntax', 1],
  ['a {\n {\n }\n}', 'Syntax', 2],
  ['a, {\n}', 'Syntax', 1],
  ['a {\n import\n}', 'Syntax', 2],
  ['a {\n import b c\n}', 'Syntax', 2],
  ['(s) {\n}\n(s) {\n}', 'Syntax', 3],
  ['(s) {\n log\n import s\n}\na {\n import s\n}', 'Syntax', 3],
])('refuses %j: %s', (corefile, reason, line) => {
  expect(parseCorefile(corefile)).toMatchObject({ ok: false, error: { reason, line } });
});
