import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { probe } from '../../../../../src/runner-pool/jobs/probe/probe.js';
import { isIsolated } from '../../../../../src/runner-pool/jobs/probe/result.js';

const ROLE = 'arn:aws:iam::111111111111:role/ci/ci-jobs';
const SESSION = 'arn:aws:sts::111111111111:assumed-role/ci-jobs/job';

const servers: Server[] = [];
const former = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'job', AWS_SECRET_ACCESS_KEY: 'job' });
});
afterEach(() => {
  process.env = { ...former };
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** STS as a job reaches it. */
async function sts(status: number, body: string): Promise<void> {
  process.env.AWS_ENDPOINT_URL_STS = await listening((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
}

function callerIs(arn: string): Promise<void> {
  const result = `<Arn>${arn}</Arn><Account>111111111111</Account>`;
  return sts(
    200,
    `<GetCallerIdentityResponse><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );
}

/** The metadata service of a node, where nothing keeps pods from it. */
const version1: RequestListener = ({ method }, response) => {
  if (method === 'GET') response.end('iam/');
  else response.destroy();
};
const version2: RequestListener = ({ method, headers }, response) => {
  if (method === 'PUT' && headers['x-aws-ec2-metadata-token-ttl-seconds']) response.end('token');
  else response.destroy();
};
/** Hop limit 1 keeps the token from a pod, and nothing else. */
const refusing: RequestListener = ({ method }, response) => {
  if (method === 'GET') response.writeHead(401).end();
  else response.destroy();
};
const hangingUp: RequestListener = (_request, response) => response.destroy();
const silent: RequestListener = () => {};

/** Nothing that answers is waited for so long. */
const PATIENT_MS = 60_000;

it.each([
  { what: 'version 1', listener: version1 },
  { what: 'version 2', listener: version2 },
  { what: 'a refusal', listener: refusing },
])('takes $what for an answer of the metadata service', async ({ listener }) => {
  const url = await listening(listener);
  const result = await probe({ metadata: [await listening(hangingUp), url], waitMs: PATIENT_MS });
  expect(result).toEqual({ metadata: [url] });
  expect(isIsolated(result)).toBe(false);
});

it('takes silence for no answer', async () => {
  const result = await probe({ metadata: [await listening(silent)], waitMs: 200 });
  expect(result).toEqual({ metadata: [] });
  expect(isIsolated(result)).toBe(true);
});

it('takes a port where nobody listens for no answer', async () => {
  const url = await listening(silent);
  for (const server of servers.splice(0)) server.close();
  expect(await probe({ metadata: [url], waitMs: PATIENT_MS })).toEqual({ metadata: [] });
});

it.each([
  { what: 'the role', arn: SESSION, isolated: true },
  { what: 'another role', arn: 'arn:aws:sts::111111111111:assumed-role/node/i-0a1b', isolated: false },
  { what: 'a role that begins alike', arn: 'arn:aws:sts::111111111111:assumed-role/ci-jobs-2/job', isolated: false },
  { what: 'the same name elsewhere', arn: 'arn:aws:sts::222222222222:assumed-role/ci-jobs/job', isolated: false },
])('asks STS who it is: $what', async ({ arn, isolated }) => {
  await callerIs(arn);
  const result = await probe({ metadata: [], waitMs: 200, roleArn: ROLE });
  expect(result).toEqual({ metadata: [], identity: { arn } });
  expect(isIsolated(result, ROLE)).toBe(isolated);
});

it('says why STS does not know it', async () => {
  const error = '<Error><Code>AccessDenied</Code><Message>Not authorized</Message></Error>';
  await sts(403, `<ErrorResponse>${error}</ErrorResponse>`);
  const result = await probe({ metadata: [], waitMs: 200, roleArn: ROLE });
  expect(result.identity).toEqual({ error: 'AccessDenied: Not authorized' });
  expect(isIsolated(result, ROLE)).toBe(false);
});

it('has the role and the metadata service, which is one too many', async () => {
  await callerIs(SESSION);
  const result = await probe({ metadata: [await listening(version2)], waitMs: PATIENT_MS, roleArn: ROLE });
  expect(isIsolated(result, ROLE)).toBe(false);
});
