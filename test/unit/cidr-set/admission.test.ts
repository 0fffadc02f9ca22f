import { expect, it } from '@jest/globals';
import type { CidrSet } from '../../../src/api/cidr-set.gen.js';
import { admissionProblem } from '../../../src/cidr-set/admission.js';
import { awsAccount, cidrSet } from './resources.js';

const tagged = (more: object = {}) =>
  cidrSet({ targets: { taggedSecurityGroups: { allowedPorts: ['tcp/400-500'], ...more } } });
const field = 'targets.taggedSecurityGroups of CidrSet office';

it.each<[what: string, set: CidrSet | undefined, problem: string | undefined]>([
  ['goes into a group', tagged(), undefined],
  ['is not there', undefined, 'there is no CidrSet office'],
  ['goes into no tagged group', cidrSet(), `${field} is missing, so it goes into no group that is tagged with it`],
  ['is for other accounts', tagged({ accounts: { names: ['b'] } }), `${field} does not select team-a/eu-west-1`],
  ['is for other ports', tagged({ allowedPorts: ['udp/443'] }), `${field} does not have tcp/443 in allowedPorts`],
])('a set that %s', (_what, set, problem) => {
  expect(admissionProblem('office', set, awsAccount('team-a'), 'eu-west-1', ['tcp/443'])).toBe(problem);
});
