import { once } from 'node:events';
import { get } from 'node:https';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ApiServer, startApiServer } from '../support/api-server.js';

let apiServer: ApiServer;

beforeAll(async () => {
  apiServer = await startApiServer();
});

afterAll(() => apiServer?.stop());

it('is the version of Kubernetes that kubectl is, stamped as a release', async () => {
  const { clientVersion, serverVersion } = JSON.parse(await apiServer.kubectl('version', '--output=json'));
  expect(serverVersion.gitVersion).toMatch(/^v1\.\d+\.\d+$/);
  expect(clientVersion.gitVersion).toBe(serverVersion.gitVersion);
});

it('refuses those it does not know', async () => {
  const [anonymous] = await once(get(`${apiServer.url}/api/v1/namespaces`, { rejectUnauthorized: false }), 'response');
  expect(anonymous.destroy().statusCode).toBe(403);
  await expect(apiServer.kubectl('--token=unknown', 'get', 'namespaces')).rejects.toThrow('You must be logged in');
});

it('allows an account what RBAC grants it, and nothing else', async () => {
  await apiServer.kubectl('create', 'serviceaccount', 'reader');
  await apiServer.kubectl('create', 'role', 'reader', '--verb=list', '--resource=configmaps');
  await apiServer.kubectl('create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:reader');
  const token = (await apiServer.kubectl('create', 'token', 'reader')).trim();
  await apiServer.kubectl(`--token=${token}`, 'get', 'configmaps');
  const secrets = apiServer.kubectl(`--token=${token}`, 'get', 'secrets');
  await expect(secrets).rejects.toThrow('forbidden: User "system:serviceaccount:default:reader"');
});

it('keeps its objects and its address when it is killed and started again', async () => {
  const read = ['get', 'configmap', 'kept', '--output=jsonpath={.data.answer}'];
  await apiServer.kubectl('create', 'configmap', 'kept', '--from-literal=answer=42');
  await apiServer.kill();
  await expect(apiServer.kubectl(...read)).rejects.toThrow('refused');
  await apiServer.start();
  expect(await apiServer.kubectl(...read)).toBe('42');
});
