import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { memoryText, parseMemory } from '../../../../src/cidr-set/sources/memory-text.js';
import { denied, github, read, remembered, runners, START } from './build.js';

it('is read as it was written, whatever the description', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (description, name) => {
      const other = {
        name: `vpcs/${name}`,
        account: 'team-b',
        region: 'eu-west-1',
      };
      const memory = remembered([
        [0, read(runners, [`203.0.113.1/32 ${description}`, '2001:db8::/64']), read(other, ['10.0.0.0/16'])],
        [1, read(runners, ['2001:db8::/64']), denied(other, START)],
      ]);
      expect(parseMemory(memoryText(memory))).toEqual(memory);
    }),
  );
});

it('is for people to read, one CIDR a line', () => {
  const memory = remembered([
    [0, read(runners, ['203.0.113.1/32 nat-1 runners', '203.0.113.2/32 nat-2 runners'])],
    [1, read(runners, ['203.0.113.1/32 nat-1 runners']), denied(github)],
  ]);
  expect(memoryText(memory)).toMatchInlineSnapshot(`
    "{
     "sources": [
      {
       "name": "http/github",
       "failing": {
        "since": "2026-11-21T09:01:00.000Z"
       },
       "cidrs": {}
      },
      {
       "name": "natGateways/runners",
       "account": "team-a",
       "region": "eu-west-1",
       "cidrs": {
        "203.0.113.1/32": "nat-1 runners",
        "203.0.113.2/32": "nat-2 runners"
       },
       "missing": {
        "203.0.113.2/32": "2026-11-21T09:01:00.000Z"
       }
      }
     ]
    }"
  `);
  expect(memoryText(new Map())).toBe('');
});

const whole = { name: 'http/github', cidrs: { '203.0.113.1/32': 'github' } };
it.each<[what: string, text: string]>([
  ['no JSON', '{"sources":['],
  ['other JSON', '[]'],
  ['null', 'null'],
  ['a source without CIDRs', JSON.stringify({ sources: [{ name: 'http/github' }] })],
  ['a source without a name', JSON.stringify({ sources: [{ ...whole, name: undefined }] })],
  [
    'no CIDR',
    JSON.stringify({
      sources: [whole, { ...whole, cidrs: { 'example.com': '' } }],
    }),
  ],
  [
    'a CIDR with host bits',
    JSON.stringify({
      sources: [{ ...whole, cidrs: { '203.0.113.1/24': '' } }],
    }),
  ],
  ['a description that is no text', JSON.stringify({ sources: [{ ...whole, cidrs: { '203.0.113.1/32': 5 } }] })],
  [
    'no time',
    JSON.stringify({
      sources: [{ ...whole, missing: { '203.0.113.1/32': 'yesterday' } }],
    }),
  ],
  ['a failure since no time', JSON.stringify({ sources: [{ ...whole, failing: { since: 'long ago' } }] })],
])('is unknown as a whole where there is %s', (_what, text) => {
  expect(parseMemory(JSON.stringify({ sources: [whole] }))?.size).toBe(1);
  expect(parseMemory(text)).toBeUndefined();
});
