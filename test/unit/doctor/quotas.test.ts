import { expect, it } from '@jest/globals';
import { quotaFindings } from '../../../src/doctor/quotas.js';
import { region, told } from './build.js';

const use = (used: number, object = 'sg-1 (gitlab)') => ({ object, used, quota: 60, what: 'inbound IPv4 rules' });
const quotas = { rulesPerSecurityGroup: 60, securityGroupsPerInterface: 5, source: 'ServiceQuotas' as const };
const roomy = 'ok: 1 group of sets, none above 80 % of its quota';

it.each([
  ['room', { uses: [use(47), use(3)] }, [roomy]],
  [
    'at 80 %',
    { uses: [use(48)] },
    ['warning: shared/eu-west-1 sg-1 (gitlab) is nearly full: 48 of 60 inbound IPv4 rules'],
  ],
  [
    'full',
    { uses: [use(60)] },
    ['warning: shared/eu-west-1 sg-1 (gitlab) is nearly full: 60 of 60 inbound IPv4 rules'],
  ],
  [
    'more than fits',
    { uses: [use(61)], exceeded: ['sg-1 would hold 61'] },
    ['failure: shared/eu-west-1: sg-1 would hold 61'],
  ],
  [
    'quotas that are not read',
    { uses: [use(1)], quotas: { ...quotas, source: 'Default' as const } },
    [roomy, "note: Service Quotas can't be read in shared/eu-west-1, so 60 rules a group count"],
  ],
  [
    'quotas that are declared instead',
    { uses: [use(1)], quotas: { ...quotas, source: 'Default' as const }, declared: 60 },
    [roomy],
  ],
  [
    'groups that are not read',
    { unread: 'it was denied' },
    ["unchecked: the groups of shared/eu-west-1 can't be read: it was denied"],
  ],
  [
    'more declared than granted',
    { declared: 100 },
    ['warning: AwsAccount shared says 100 rules a group, and AWS grants 60 in eu-west-1'],
  ],
  [
    'quotas that multiply to too many',
    { quotas: { ...quotas, rulesPerSecurityGroup: 250 } },
    [
      'warning: 250 rules a group and 5 groups an interface are 1250 in shared/eu-west-1; AWS lets an interface have 1000',
    ],
  ],
])('quotas: %s', (_name, room, findings) => {
  expect(told(quotaFindings([region(room)]))).toEqual(findings);
});

it('without any account that could be read there is nothing to tell', () => {
  expect(quotaFindings([])).toEqual([]);
});
