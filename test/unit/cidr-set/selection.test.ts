import { expect, it } from '@jest/globals';
import { targetsProblem } from '../../../src/cidr-set/selection.js';
import { awsAccount, cidrSet } from './resources.js';

const accounts = [awsAccount('shared'), awsAccount('team-a', ['eu-west-1', 'us-east-1'])];

it.each<[string, object, string | undefined]>([
  ['in an account with us-east-1', { accounts: { names: ['team-a'] } }, undefined],
  ['in one without', {}, 'add that to the target’s regions and to spec.regions of shared'],
  ['outside us-east-1', { accounts: { names: ['team-a'] }, regions: ['eu-west-1'] }, 'of team-a'],
])('IP sets for CloudFront %s', (_, more, message) => {
  const set = cidrSet({ targets: { wafIpSets: [{ name: 'cdn', scope: 'CLOUDFRONT', ...more }] } });
  const problem = message && { reason: 'UnknownRegion', message: expect.stringContaining(message.replace('’', "'")) };
  expect(targetsProblem(set, accounts, [])).toEqual(problem);
});

it('IP sets of the region itself need no other', () => {
  const set = cidrSet({ targets: { wafIpSets: [{ name: 'edge', scope: 'REGIONAL' }] } });
  expect(targetsProblem(set, accounts, [])).toBeUndefined();
});
