import { expect, it } from '@jest/globals';
import { Readings } from '../../../../src/cidr-set/sources/readings.js';
import { described, START } from './build.js';

const nat = { id: 'nat-1', tags: {}, cidrs: ['203.0.113.1'] };
const problem = { reason: 'AccountDenied', message: 'it was denied' };
const source = {
  name: 'github',
  url: 'https://example.com/',
  format: 'Text',
  refresh: '1h',
  allowPrivate: false,
} as const;
const document = { cidrs: described('203.0.113.1/32'), validators: { asked: 'x', etag: '"1"' } };

it('tells of a scope what is news', () => {
  const readings = new Readings();
  const keep = (...found: (typeof nat)[]) =>
    readings.keepScope('team-a/eu-west-1', new Map([['natGateways', { ok: true, value: found }]]), START);
  const fail = () =>
    readings.keepScope('team-a/eu-west-1', new Map([['natGateways', { ok: false, problem }]]), START + 1);
  expect([keep(nat), keep(nat), fail(), fail(), keep(nat), keep()]).toEqual([true, false, true, false, true, true]);
});

it('knows of what fails when it was last read', () => {
  const readings = new Readings();
  const ref = { name: 'natGateways/runners', account: 'team-a', region: 'eu-west-1' };
  const keep = (ok: boolean, now: number) =>
    readings.keepScope(
      'team-a/eu-west-1',
      new Map([['natGateways', ok ? { ok, value: [nat] } : { ok, problem }]]),
      now,
    );
  keep(false, START);
  expect(readings.lastRead('office', ref)).toBeUndefined();
  keep(true, START + 1);
  keep(false, START + 2);
  keep(false, START + 3);
  expect(readings.lastRead('office', ref)).toBe(START + 1);
  readings.forgetScope('team-a/eu-west-1');
  expect(readings.inScope('team-a/eu-west-1', 'natGateways')).toBeUndefined();
});

it('has the last good document where the server says that nothing changed, a failure between or not', () => {
  const readings = new Readings();
  readings.keepDocument('office', source, { ok: true, value: document }, START);
  readings.keepDocument('office', source, { ok: false, problem }, START + 1);
  expect(readings.ofDocument('office', source)).toEqual({ ok: false, problem, lastRead: START });
  expect(readings.validators('office', source)).toEqual(document.validators);
  expect(readings.keepDocument('office', source, { ok: true, value: 'Unchanged' }, START + 2)).toBe(true);
  expect(readings.ofDocument('office', source)).toEqual({ ok: true, value: document.cidrs, at: START + 2 });
  expect(readings.keepDocument('office', source, { ok: true, value: 'Unchanged' }, START + 3)).toBe(false);
  expect(readings.lastRead('office', { name: 'http/github' })).toBe(START + 3);
  expect(readings.ofDocument('vpn', source)).toBeUndefined();
});
