import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { awsAccount, cidrSet } from '../support/cluster.js';
import { type Ground, startGround } from '../support/ground.js';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 500 });
  await ground.apply(awsAccount('shared', { accountId: '111111111111' }));
});
afterEach(() => ground.clean());
afterAll(() => ground.stop());

it('probe', async () => {
  const group = await ground.makeGroup('shared/eu-west-1', { name: 'probe', rules: ['tcp/22 192.0.2.0/24'] });
  await ground.apply(
    cidrSet('probe', ['203.0.113.0/24', { cidr: '2001:db8::/32', description: 'Berlin' }], {
      targets: { securityGroups: [{ name: 'x', groupIds: [group.id], ports: ['tcp/443', 'icmp', 'tcp/8000-8080'] }] },
    }),
  );
  console.log(await ground.told('cidrset/probe', 'True InSync'));
  console.log(await group.notedRules());
  expect(1).toBe(1);
});
