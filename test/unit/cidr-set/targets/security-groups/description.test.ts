import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeRule, setsOf } from '../../../../../src/cidr-set/targets/security-groups/description.js';

const setName = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/);

it('tells the sets, then what is there', () => {
  expect(describeRule(['vpn', 'office'], 'Berlin')).toBe('[office, vpn] Berlin');
  expect(describeRule(['office'], '')).toBe('[office]');
});

it('is within what EC2 takes, and gives back exactly the sets, or admits that it cannot', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(setName, { minLength: 1, maxLength: 12 }),
      fc.string({ maxLength: 120 }),
      (sets, text) => {
        const description = describeRule(sets, text);
        expect(description.length).toBeLessThanOrEqual(255);
        const read = setsOf(description);
        if (read) expect([...read].sort()).toEqual([...sets].sort());
        else expect(sets.join(', ').length).toBeGreaterThan(250);
      },
    ),
  );
});

it.each(['', 'Berlin office', 'office', '[Berlin]', '[]', '[office'])('does not take "%s" for sets', (description) => {
  expect(setsOf(description)).toBeUndefined();
});
