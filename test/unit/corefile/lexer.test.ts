import { expect, it } from '@jest/globals';
import { lex } from '../../../src/corefile/lexer.js';

it.each<[what: string, corefile: string, words: string[]]>([
  ['nothing', '', []],
  ['blanks of all kinds', ' \t\r\n\u00a0\u2003', []],
  ['words', '.:53 {\n\terrors\n}\n', ['.:53', '{', 'errors', '}']],
  ['a brace within a word', '.:53{ {}', ['.:53{', '{}']],
  ['a byte order mark, once', '\ufeff\ufeffa', ['\ufeffa']],
  ['carriage returns, which are nothing', 'a\r\nb\rc', ['a', 'bc']],
  ['a comment', 'a # b "c\nd', ['a', 'd']],
  ['a comment in mid-word, which hides the rest of the word only', 'a#b c#"d e\nf', ['a', 'c', 'e', 'f']],
  ['quotes', '"a # b\nc" ""d', ['a # b\nc', '', 'd']],
  ['quotes in mid-word, which are none', 'a"b c"', ['a"b', 'c"']],
  ['backquotes, which are none', '`a b`', ['`a', 'b`']],
  ['escapes', String.raw`"a\"b\\c\d" e\"`, [String.raw`a"b\\c\d`, String.raw`e\"`]],
  ['a backslash that is escaped before the end of quotes', String.raw`"a\\" b`, [String.raw`a\\`, 'b']],
  ['quotes that nothing closes', '"a b\\', ['a b']],
  ['quotes that nothing closes around nothing', 'a "', ['a']],
  ['the environment', '{$A} {%B%} {$C', ['{$A}', '{%B%}', '{$C']],
])('takes %s', (_, corefile, words) => {
  expect(lex(corefile).map(({ text }) => text)).toEqual(words);
});

it('knows where its words are', () => {
  const corefile = 'é "b\nc" d#e\n# f\n  g';
  expect(lex(corefile).map((token) => [token.line, token.lastLine, corefile.slice(token.start, token.end)])).toEqual([
    [1, 1, 'é'],
    [1, 2, '"b\nc"'],
    [2, 2, 'd#e'],
    [4, 4, 'g'],
  ]);
});
