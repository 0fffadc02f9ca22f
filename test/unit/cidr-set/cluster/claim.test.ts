import { expect, it } from '@jest/globals';
import { claimantOf } from '../../../../src/cidr-set/cluster/claim.js';
import type { SetWish } from '../../../../src/cidr-set/wish.js';
import { wish } from './build.js';

const set = (name: string, more: Partial<SetWish> = {}) => wish([], { set: name, ...more });

it.each<[what: string, candidates: SetWish[], holder: SetWish | undefined, claimant: string | undefined]>([
  ['is for the oldest that asks for it', [set('old'), set('young')], undefined, 'old'],
  ['is for one that is enforced', [set('old', { mode: 'Plan' }), set('young')], undefined, 'young'],
  ['is planned for the oldest', [set('old', { mode: 'Plan' }), set('young', { mode: 'Plan' })], undefined, 'old'],
  ['stays with the one that has it', [set('old'), set('young')], set('young'), 'young'],
  ['passes on when that asks for it no more', [set('old'), set('young')], set('gone'), 'old'],
  ['passes on when that is deleted', [set('old')], set('gone', { release: 'Delete', mode: 'Plan' }), 'old'],
  ['stays with one that may still ask for it', [set('old')], set('unsure', { complete: false }), 'unsure'],
  ['stays with one in mode Plan', [set('old')], set('planned', { mode: 'Plan' }), 'planned'],
  ['is its last holder’s to delete when nobody enforced asks', [set('old', { mode: 'Plan' })], set('gone'), 'gone'],
  ['is its last holder’s to delete when nobody asks', [], set('gone'), 'gone'],
])('an object %s', (_what, candidates, holder, claimant) => {
  expect(claimantOf(candidates, holder)).toBe(claimant);
});
