import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { histories } from './converge/history.js';
import { type Mutant, World } from './converge/world.js';

/** The same histories each time, or with RUNS so many others. */
const effort = process.env.RUNS ? { numRuns: Number(process.env.RUNS) } : { numRuns: 300, seed: 1 };

type Way = 'Rules' | 'PrefixList' | 'Auto';

/**
 * The product: whatever happens, it converges, leaves alone what is others', and never takes away what is still wanted.
 * `broken`: only what breaks the promise in this way counts.
 */
function promises(via: readonly Way[], mutant: Mutant = {}, broken = /./) {
  return fc.asyncProperty(histories(via), async ({ quota, steps }) => {
    const world = new World(quota, mutant);
    try {
      for (const step of steps) await world.live(step);
      await world.end();
    } catch (error) {
      if (broken.test(String(error))) throw error;
    }
  });
}

it.each<[Way[]]>([[['Rules']], [['Rules', 'PrefixList', 'Auto']]])(
  'converges through edits, failures and crashes, touches no rule of others, never lacks what was and is wanted, via %s',
  async (via) => {
    await fc.assert(promises(via), effort);
  },
);

it.each<[what: string, mutant: Mutant, broken: RegExp]>([
  ['it removed before it adds', { operations: (all) => all.toReversed() }, /lacked .* for a moment/],
  ['it took the rules of others for its own', { ignoresOwners: true }, /of others was touched/],
  ['it believed a list of which a page is missing', { believesPartialPages: true }, /was refused/],
])('would not do so if %s', async (_, mutant, broken) => {
  const { failed } = await fc.check(promises(['Rules'], mutant, broken), { numRuns: 5000, endOnFailure: true });
  expect(failed).toBe(true);
});
