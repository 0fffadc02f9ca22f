import { expect, it } from '@jest/globals';
import { noFacts, type QuotaUse } from '../../../src/cidr-set/facts.js';
import { quotaHeadroom } from '../../../src/cidr-set/headroom.js';
import type { ScopeView } from '../../../src/cidr-set/view.js';
import { wish } from './build.js';
import { scope } from './resources.js';

function view(region: string, quotaUse?: QuotaUse): ScopeView {
  const sets = new Map([['office', { ...noFacts(), pending: [], ...(quotaUse && { quotaUse }) }]]);
  const report = { scope: { ...scope, region }, digests: new Map(), sets, failed: new Map() };
  return { account: 'shared', region, wish: wish('office', []), report };
}

const rules = { object: 'sg-1 (gitlab)', quota: 60, what: 'inbound IPv4 rules' };
const cidrs = { object: 'EKS cluster prod', quota: 40, what: 'public access CIDRs' };

it.each<[what: string, views: ScopeView[], told: object | undefined]>([
  ['nothing where the set is in nothing', [view('eu-west-1')], undefined],
  [
    'all is well below 80 %',
    [view('eu-west-1', { ...rules, used: 47 })],
    { status: 'True', reason: 'Enough', message: 'shared/eu-west-1 sg-1 (gitlab): 47 of 60 inbound IPv4 rules' },
  ],
  [
    'it is time to do something from 80 % on',
    [view('eu-west-1', { ...rules, used: 48 })],
    { status: 'False', reason: 'NearQuota', message: 'shared/eu-west-1 sg-1 (gitlab): 48 of 60 inbound IPv4 rules' },
  ],
  [
    'the fullest of several, by its own quota',
    [view('eu-west-1', { ...rules, used: 48 }), view('us-east-1', { ...cidrs, used: 33 }), view('eu-central-1')],
    {
      status: 'False',
      reason: 'NearQuota',
      message: 'shared/us-east-1 EKS cluster prod: 33 of 40 public access CIDRs',
    },
  ],
])('tells %s', (_, views, told) => {
  expect(quotaHeadroom(views)).toEqual(told);
});
