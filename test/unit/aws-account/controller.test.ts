import { expect, it, jest } from '@jest/globals';
import { accountConfig } from '../../../src/api/account-config.js';
import type { AwsAccount } from '../../../src/api/aws-account.gen.js';
import type { AwsResult } from '../../../src/aws/call.js';
import { AwsError } from '../../../src/aws/errors.js';
import { type Identity, Sessions } from '../../../src/aws/session.js';
import { accountReconciler } from '../../../src/aws-account/controller.js';
import { KubeClient } from '../../../src/kube/client.js';
import { Store } from '../../../src/kube/store.js';
import { awsAccount, scope } from '../cidr-set/resources.js';
import { configOf } from '../kube/fake-server.js';

const arn = 'arn:aws:sts::111111111111:assumed-role/sallyport/sallyport-shared';
const working: AwsResult<Identity> = { ok: true, value: { arn } };
const call = { ...scope, service: 'sts', action: 'AssumeRole' };
const message = 'sts:AssumeRole was denied';
const denied: AwsResult<Identity> = {
  ok: false,
  error: new AwsError(call, { class: 'Denied', code: 'AccessDenied', message }),
};

/** The controller, and an account whose status is what was written last. */
function ground() {
  const account = awsAccount('shared');
  const accounts = new Store<AwsAccount>({});
  accounts.set(account);
  const sessions = new Sessions();
  const verify = jest.spyOn(sessions.get(accountConfig(account)), 'verify').mockResolvedValue(working);
  const client = new KubeClient(configOf('http://127.0.0.1:9'));
  const apply = jest.spyOn(client, 'apply').mockImplementation(async (_resource, { status }) => {
    accounts.set({ ...account, status: status as NonNullable<AwsAccount['status']> });
    return account;
  });
  const onReady = jest.fn();
  const reconcile = accountReconciler({ accounts, client, sessions, intervalMs: 60_000, onReady });
  return { accounts, sessions, verify, apply, onReady, reconcile: () => reconcile('shared') };
}

it('tells who the credentials are, or why there are none, and writes only what is new', async () => {
  const { accounts, verify, apply, reconcile } = ground();
  const told = () => accounts.get('shared')?.status?.conditions?.[0];
  await reconcile();
  expect(accounts.get('shared')?.status?.arn).toBe(arn);
  expect(told()).toMatchObject({ type: 'Ready', status: 'True', reason: 'Verified', message: `acting as ${arn}` });

  verify.mockResolvedValue(denied);
  await reconcile();
  expect(accounts.get('shared')?.status?.arn).toBeUndefined();
  expect(told()).toMatchObject({ status: 'False', reason: 'AccountDenied' });
  expect(told()?.message).toMatch(/^shared \(111111111111\): sts:AssumeRole was denied; allow it in /);

  await reconcile();
  expect(apply).toHaveBeenCalledTimes(2);
});

it('says that an account works when it did not before, and asks again in due time', async () => {
  const { verify, onReady, reconcile } = ground();
  verify.mockResolvedValueOnce(denied);
  expect(await reconcile()).toEqual({ requeueAfterMs: 60_000 });
  expect(onReady).not.toHaveBeenCalled();
  await reconcile();
  await reconcile();
  expect(onReady.mock.calls).toEqual([['shared']]);
});

it('forgets the credentials of an account that is no longer declared', async () => {
  const { accounts, sessions, apply, reconcile } = ground();
  const drop = jest.spyOn(sessions, 'drop');
  accounts.delete('shared');
  expect(await reconcile()).toBeUndefined();
  expect(drop).toHaveBeenCalledWith('shared');
  expect(apply).not.toHaveBeenCalled();
});
