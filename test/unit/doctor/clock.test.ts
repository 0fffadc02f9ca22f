import { expect, it } from '@jest/globals';
import { clockFindings } from '../../../src/doctor/clock.js';
import { told } from './build.js';

const at = Date.parse('2026-01-01T12:00:00Z');
/** Someone whose clock is so many seconds ahead of ours. */
function ahead(seconds: number, whose = 'AWS') {
  return { whose, date: new Date(at + seconds * 1000).toUTCString(), at };
}

it.each([
  ['none', [], ['unchecked: no answer had a date to compare the clock with']],
  [
    'no date',
    [{ whose: 'the API server', date: '', at }],
    ['unchecked: no answer had a date to compare the clock with'],
  ],
  [
    'all agree',
    [ahead(1, 'the API server'), ahead(-29), ahead(0)],
    ["ok: this machine's clock agrees with the API server and AWS"],
  ],
  ['a little behind', [ahead(31), ahead(31)], ["warning: the clock of AWS is 31 s ahead of this machine's"]],
  [
    'ahead by more than AWS takes',
    [ahead(-300)],
    ["failure: the clock of AWS is 300 s behind this machine's, and AWS refuses signatures that are 5 minutes off"],
  ],
])('clock: %s', (_name, hours, findings) => {
  expect(told(clockFindings(hours))).toEqual(findings);
});

it("sees whose clock it is: this machine's where all others differ", () => {
  const [own] = clockFindings([ahead(400, 'the API server'), ahead(400)]);
  expect(own?.next).toMatch(/^set this machine's clock/);
  const [theirs, ...more] = clockFindings([ahead(400, 'the API server'), ahead(0)]);
  expect(theirs?.next).toMatch(/^see to the clock of the API server/);
  expect(more).toEqual([]);
});
