import { expect, it } from '@jest/globals';
import { parse } from '../../../src/corefile/parser.js';
import { reloadHash } from '../../../src/corefile/reload-hash.js';

const corefile = '. {\n errors\n forward . 10.0.0.2\n}\n';
const hash = reloadHash(parse(corefile));

it.each<[what: string, corefile: string, isSame: boolean]>([
  ['blanks', '.   {\n\terrors\n\tforward   .   10.0.0.2\n}', true],
  ['comments behind words', '. { # all\n errors # those\n forward . 10.0.0.2\n}\n# end', true],
  ['a further line', '. {\n # those\n errors\n forward . 10.0.0.2\n}\n', false],
  ['a word', '. {\n errors\n forward . 10.0.0.3\n}\n', false],
])('tells of %s whether CoreDNS would load it again', (_, changed, isSame) => {
  expect(hash).toMatch(/^[0-9a-f]{128}$/);
  expect(reloadHash(parse(changed)) === hash).toBe(isSame);
});

it.each(['{$ZONE} {\n}', '. {\n forward . {%DNS%}\n}', 'import custom/*.server', '. {\n import custom/*.override\n}'])(
  'is not known of %j, which depends on where it is read',
  (unknown) => {
    expect(reloadHash(parse(unknown))).toBeUndefined();
  },
);
