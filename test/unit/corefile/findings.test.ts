import { expect, it } from '@jest/globals';
import { withRewrites } from '../../../src/corefile/edit.js';
import type { Finding } from '../../../src/corefile/findings.js';

const rewrite = { from: 'gitlab.example.com', to: 'gitlab.privatelink.example.net' };
const line = 'rewrite stop name exact gitlab.example.com old.example.net';

/** Each with the line where it is once the Corefile has our line, which is the second of the block. */
it.each<[what: string, corefile: string, findings: Finding[]]>([
  ['nothing', '. {\n errors\n reload\n}', []],
  ['no reload', '. {\n errors\n}', [{ kind: 'NoReload' }]],
  ['reload in another block', '. {\n}\nexample.org {\n reload 10s\n}', []],
  ['autopath', '. {\n reload\n autopath @kubernetes\n}', [{ kind: 'Autopath', line: 4 }]],
  ['autopath in a snippet', '(s) {\n autopath x\n}\n. {\n reload\n import s\n}', [{ kind: 'Autopath', line: 2 }]],
  ['autopath for other names', '. {\n reload\n}\ncluster.local {\n autopath @kubernetes\n}', []],
  [
    'imports of blocks',
    '. {\n errors\n}\nimport custom/*.server\n',
    [{ kind: 'ImportedBlocks', line: 5, pattern: 'custom/*.server' }],
  ],
  [
    'imports of directives, one of which may be reload',
    '. {\n import custom/*.override\n}',
    [{ kind: 'ImportedDirectives', line: 3, pattern: 'custom/*.override' }],
  ],
  ['a snippet, which is known', '(s) {\n reload\n}\n. {\n import s\n}', []],
  [
    'a zone of the environment',
    '. {\n reload\n}\n{$ZONE}:53 {\n}',
    [{ kind: 'KeyFromEnvironment', line: 5, key: '{$ZONE}:53' }],
  ],
  [
    'several blocks',
    'com {\n view a {\n }\n reload\n}\ncom {\n}\nnet {\n}',
    [
      { kind: 'SeveralBlocks', from: rewrite.from, lines: [1, 7] },
      { kind: 'OtherBlock', ...rewrite, line: 10 },
    ],
  ],
  [
    'a block for the private name',
    '. {\n reload\n}\nprivatelink.example.net {\n forward . 10.0.0.2\n}',
    [{ kind: 'OtherBlock', ...rewrite, line: 5 }],
  ],
  [
    'rewrites of others',
    '. {\n reload\n rewrite name GitLab.example.com. a\n rewrite continue name exact gitlab.example.com b answer auto\n rewrite name suffix gitlab.example.com c\n}',
    [
      { kind: 'OtherRewrite', line: 4, from: 'GitLab.example.com.', to: 'a' },
      { kind: 'OtherRewrite', line: 5, from: 'gitlab.example.com', to: 'b' },
    ],
  ],
  [
    'its own rewrite without the mark',
    `. {\n reload\n ${line}\n}`,
    [{ kind: 'OtherRewrite', line: 4, from: rewrite.from, to: 'old.example.net' }],
  ],
  ['its own rewrite of another time', `. {\n reload\n ${line} # managed by sallyport.dev: a/b\n}`, []],
  [
    'a line of its own that is none any more',
    `. {\n reload\n ${line} answer auto # managed by sallyport.dev: a/b\n}`,
    [
      { kind: 'OtherRewrite', line: 4, from: rewrite.from, to: 'old.example.net' },
      { kind: 'EditedByHand', line: 4, text: `${line} answer auto # managed by sallyport.dev: a/b` },
    ],
  ],
  [
    'a line of its own in a comment',
    `. {\n reload\n # ${line} # managed by sallyport.dev: a/b\n}`,
    [{ kind: 'EditedByHand', line: 4, text: `# ${line} # managed by sallyport.dev: a/b` }],
  ],
  ['a line of its own in a comment', `. {\n reload\n # ${line} # managed by sallyport.dev: c/d\n}`, []],
])('finds %s', (_, corefile, findings) => {
  expect(withRewrites(corefile, [rewrite], 'a/b')).toMatchObject({ ok: true, value: { findings } });
});
