import { expect, it } from '@jest/globals';
import { eventsOf } from '../../../src/cidr-set/events.js';
import { change, denial, outcome, scope } from './resources.js';

const own = change('Authorize', 'tcp/443 203.0.113.0/24');
const shared = change('Authorize', 'tcp/443 192.0.2.0/24', { sets: ['office', 'vpn'] });
const removal = change('Revoke', 'tcp/443 10.0.0.0/8');

it('makes an event of each operation for each set that it was for', () => {
  const egress = change('Disown', 'egress all 10.0.0.0/8');
  const outcomes = [
    outcome('Done', shared, own, change('Authorize', 'tcp/22 203.0.113.0/24')),
    outcome(denial(), change('UpdateDescription', 'tcp/443 203.0.113.0/24')),
    outcome('NotTried', removal),
    outcome('Done', egress),
  ];
  const events = eventsOf(scope, outcomes).map(({ set, type, reason, note }) => `${set}: ${type} ${reason}: ${note}`);
  const where = 'shared/eu-west-1 sg-1 (gitlab-nlb)';
  expect(events).toEqual([
    `office: Normal RulesAuthorized: ${where}: 2 rules for tcp/443: 192.0.2.0/24, 203.0.113.0/24; 1 rule for tcp/22: 203.0.113.0/24`,
    `vpn: Normal RulesAuthorized: ${where}: 1 rule for tcp/443: 192.0.2.0/24`,
    expect.stringMatching(
      /^office: Warning AccountDenied: shared\/eu-west-1 sg-1 \(gitlab-nlb\): ec2:CreateTags was denied; .*\. Tried: 1 rule for tcp\/443: 203\.0\.113\.0\/24$/,
    ),
    `office: Normal RulesReleased: ${where}: 1 egress rule for all: 10.0.0.0/8`,
  ]);
});
