import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished, pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { caBundleProblem } from '../../src/proxy/ca-bundle.js';
import { caddyText } from '../../src/proxy/caddy-config.js';
import type { ProxyHost, ReverseProxy } from '../../src/proxy/proxy.js';
import { type Caddy, startCaddy, validateCaddy } from '../support/caddy.js';
import { eventually } from '../support/eventually.js';
import { makeCertificate } from '../support/https.js';
import { freePort } from '../support/ports.js';
import { sallyport } from '../support/sallyport.js';
import { type Answer, type Seen, startUpstream, type Upstream } from '../support/upstream.js';

/** Bytes. */
const LAYER = 256 * 1024 ** 2;

const ca = makeCertificate();
let gitlab: Upstream;
let registry: Upstream;
let caddy: Caddy;
let proxy: ReverseProxy;
let port: number;
let statusUrl: string;
let folder: string;

/** `gitlab` answers as gitlab.sallyport.test and gitlab-private.sallyport.test. */
function host(name: string, upstream: ProxyHost['upstream']): ProxyHost {
  return { public: `${name}.sallyport.test`, private: `${name}-private.sallyport.test`, upstream };
}

beforeAll(async () => {
  gitlab = await startUpstream(ca);
  registry = await startUpstream();
  port = await freePort();
  const statusPort = await freePort();
  statusUrl = `http://127.0.0.1:${statusPort}`;
  folder = await mkdtemp(join(tmpdir(), 'sallyport-proxy-'));
  const certificate = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  await writeFile(certificate.certificate, ca.pem);
  await writeFile(certificate.key, ca.key);
  const { address } = gitlab;
  const serverName = 'gitlab.sallyport.test';
  proxy = {
    hosts: [
      host('gitlab', { address, tls: { serverName, caBundle: ca.pem } }),
      host('registry', { address: registry.address }),
      host('other-ca', { address, tls: { serverName, caBundle: makeCertificate().pem } }),
      host('no-ca', { address, tls: { serverName } }),
      host('other-name', { address, tls: { serverName: 'gitlab.example.com', caBundle: ca.pem } }),
    ],
    port: 443,
    listen: `127.0.0.1:${port}`,
    statusListen: `127.0.0.1:${statusPort}`,
    certificate,
  };
  caddy = await startCaddy(caddyText(proxy), `${statusUrl}/healthz`);
});

afterAll(async () => {
  await caddy?.stop();
  gitlab?.close();
  registry?.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  gitlab.seen.length = 0;
  registry.seen.length = 0;
});

interface Asked extends RequestOptions {
  body?: Readable;
}

/** Asks the proxy under a name; that is what TLS and the Host header say. */
async function ask(name: string, path: string, { body, headers, ...options }: Asked = {}): Promise<IncomingMessage> {
  const asked = request({
    host: '127.0.0.1',
    port,
    path,
    servername: name,
    ca: ca.pem,
    agent: false,
    ...options,
    headers: { host: name, ...headers },
  });
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
  await Promise.all([body ? pipeline(body, asked) : asked.end(), answered]);
  return (await answered)[0];
}

/** Has the upstream answer that, and gives what comes out of the proxy. */
async function answered(name: string, answer: Answer): Promise<IncomingMessage['headers']> {
  const response = await ask(name, '/answer', { headers: { 'x-answer': JSON.stringify(answer) } });
  expect(response.statusCode).toBe(answer.status);
  response.resume();
  return response.headers;
}

/** What comes next out of a stream. */
async function heard(stream: Duplex | Readable): Promise<string> {
  const [chunk] = await Promise.race([once(stream, 'data'), finished(stream).then(() => ['(its end)'])]);
  return `${chunk}`;
}

async function last(upstream: Upstream): Promise<Seen> {
  return eventually(() => upstream.seen.at(-1) ?? Promise.reject(new Error('it was asked nothing')));
}

describe('up', () => {
  it.each([
    'gitlab.sallyport.test',
    'gitlab-private.sallyport.test',
    'GitLab-Private.Sallyport.Test',
    'gitlab-private.sallyport.test:443',
  ])('a caller of %s comes as one of the public name', async (name) => {
    const forged = {
      host: name,
      'x-forwarded-host': 'evil.example.com',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      'x-forwarded-ssl': 'off',
      'x-forwarded-scheme': 'http',
      'x-real-ip': '192.0.2.1',
      forwarded: 'host=evil.example.com',
      'job-token': 'glcbt-1',
      'git-protocol': 'version=2',
    };
    const servername = name.toLowerCase().replace(/:.*/, '');
    (await ask(servername, '/group/project.git/info/refs?service=git-upload-pack', { headers: forged })).resume();
    const { url, headers } = await last(gitlab);
    expect(url).toBe('/group/project.git/info/refs?service=git-upload-pack');
    expect(headers).toMatchObject({
      host: 'gitlab.sallyport.test',
      'x-forwarded-host': 'gitlab.sallyport.test',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'job-token': 'glcbt-1',
      'git-protocol': 'version=2',
    });
    expect(JSON.stringify(headers)).not.toMatch(/evil|192\.0\.2\.1|x-forwarded-(port|ssl|scheme)/);
  });

  it('each host has its own upstream', async () => {
    (await ask('registry-private.sallyport.test', '/v2/')).resume();
    expect((await last(registry)).headers.host).toBe('registry.sallyport.test');
    expect(gitlab.seen).toEqual([]);
  });
});

describe('down', () => {
  const realm = (url: string) => `Bearer realm="${url}",service="container_registry",scope="repository:a/b:pull,push"`;

  it.each<[header: string, from: string, to: string]>([
    ['location', 'https://gitlab.sallyport.test/users/sign_in', 'https://gitlab-private.sallyport.test/users/sign_in'],
    ['location', 'https://gitlab.sallyport.test', 'https://gitlab-private.sallyport.test'],
    ['location', 'https://gitlab.sallyport.test:443/a?b=c', 'https://gitlab-private.sallyport.test/a?b=c'],
    [
      'location',
      'https://registry.sallyport.test/v2/a/_state=1',
      'https://registry-private.sallyport.test/v2/a/_state=1',
    ],
    [
      'www-authenticate',
      realm('https://gitlab.sallyport.test/jwt/auth'),
      realm('https://gitlab-private.sallyport.test/jwt/auth'),
    ],
    [
      'www-authenticate',
      'Bearer service="s", realm="https://gitlab.sallyport.test/jwt/auth"',
      'Bearer service="s", realm="https://gitlab-private.sallyport.test/jwt/auth"',
    ],
  ])('%s: %s becomes %s for who said the private name, and only for them', async (header, from, to) => {
    const answer = { status: header === 'location' ? 302 : 401, headers: { [header]: from } };
    expect((await answered('registry-private.sallyport.test', answer))[header]).toBe(to);
    expect((await answered('registry.sallyport.test', answer))[header]).toBe(from);
  });

  it.each<[header: string, value: string]>([
    ['location', '/users/sign_in'],
    ['location', 'https://gitlab.sallyport.test.evil.example.com/'],
    ['location', 'https://notgitlab.sallyport.test/'],
    ['location', 'https://gitlabxsallyport.test/'],
    ['location', 'https://gitlab.sallyport.test:8443/'],
    ['location', 'https://gitlab.sallyport.test@evil.example.com/'],
    ['location', 'https://other.example.com/?back=https://gitlab.sallyport.test/'],
    ['www-authenticate', 'Basic realm="GitLab"'],
    ['www-authenticate', realm('https://gitlab.sallyport.test.evil.example.com/jwt/auth')],
    ['www-authenticate', 'Bearer realm="https://other.example.com/",scope="https://gitlab.sallyport.test/"'],
    ['link', '<https://gitlab.sallyport.test/api/v4/projects?page=2>; rel="next"'],
  ])('%s: %s stays as it is', async (header, value) => {
    const answer = { status: header === 'location' ? 302 : 401, headers: { [header]: value } };
    expect((await answered('gitlab-private.sallyport.test', answer))[header]).toBe(value);
  });
});

describe('refused:', () => {
  it('a name of nobody here, in TLS', async () => {
    await expect(ask('unknown.sallyport.test', '/')).rejects.toThrow();
    await expect(ask('127.0.0.1', '/', { servername: '' })).rejects.toThrow();
    expect(gitlab.seen).toEqual([]);
  });

  it('a Host of nobody here, behind the SNI of another', async () => {
    const response = await ask('gitlab.sallyport.test', '/', { headers: { host: 'unknown.sallyport.test' } });
    expect(response.statusCode).toBe(421);
    expect(await text(response)).toBe('no such host here\n');
    expect(gitlab.seen).toEqual([]);
  });

  it.each(['other-ca', 'no-ca', 'other-name'])('an upstream whose certificate is not right: %s', async (name) => {
    const response = await ask(`${name}.sallyport.test`, '/', { headers: { 'private-token': 'glpat-1' } });
    response.resume();
    expect(response.statusCode).toBe(502);
    expect(gitlab.seen).toEqual([]);
  });
});

describe('bodies', () => {
  /** Bytes that Caddy has asked memory for since it started. */
  async function allocated(): Promise<number> {
    const metrics = await (await fetch(`${statusUrl}/metrics`)).text();
    return Number(/^go_memstats_alloc_bytes_total (\S+)$/m.exec(metrics)?.[1]);
  }

  it('a layer of 256 MiB is pulled and pushed, and not held', async () => {
    const before = await allocated();
    let pulled = 0;
    for await (const chunk of await ask('registry-private.sallyport.test', `/bytes/${LAYER}`)) pulled += chunk.length;
    expect(pulled).toBe(LAYER);

    const chunk = Buffer.alloc(LAYER / 4096, 'layer');
    const body = Readable.from(Array<Buffer>(4096).fill(chunk));
    const pushed = await ask('registry-private.sallyport.test', '/v2/a/blobs/uploads/1', { method: 'PUT', body });
    expect(await text(pushed)).toBe(`${LAYER}`);
    expect((await allocated()) - before).toBeLessThan(LAYER / 8);
  });

  it('what was sent so far is passed on, in both directions', async () => {
    const pull = await ask('gitlab.sallyport.test', '/held');
    expect(await heard(pull)).toBe('first');
    gitlab.release();
    expect(await text(pull)).toBe(' last');

    const body = new PassThrough();
    body.write('first');
    const push = ask('gitlab.sallyport.test', '/push', { method: 'POST', body });
    await eventually(async () => expect((await last(gitlab)).received).toBe(5));
    body.end(' last');
    expect(await text(await push)).toBe('10');
  });

  it('a packed body stays packed for who did not ask for it', async () => {
    const headers = await answered('gitlab.sallyport.test', { status: 200, headers: { 'content-encoding': 'gzip' } });
    expect(headers['content-encoding']).toBe('gzip');
    expect((await last(gitlab)).headers).not.toHaveProperty('accept-encoding');
  });

  it('a token of 40 KiB passes', async () => {
    const authorization = `Bearer ${'t'.repeat(40 * 1024)}`;
    (await ask('registry.sallyport.test', '/v2/', { headers: { authorization } })).resume();
    expect((await last(registry)).headers.authorization).toBe(authorization);
  });
});

it('WebSockets, SPDY and pulls go on through a reload', async () => {
  const streams = await Promise.all(['websocket', 'SPDY/3.1'].map((protocol) => upgraded(protocol)));
  const pull = await ask('gitlab.sallyport.test', '/held');
  expect(await heard(pull)).toBe('first');

  const late = host('late', { address: registry.address });
  await caddy.configure(caddyText({ ...proxy, hosts: [...proxy.hosts, late] }));
  await eventually(async () => (await ask('late.sallyport.test', '/')).resume());

  for (const stream of streams) {
    stream.write('after');
    expect(await heard(stream)).toBe('after');
    stream.destroy();
  }
  gitlab.release();
  expect(await text(pull)).toBe(' last');
});

/** A stream through the proxy, over which something came back already. */
async function upgraded(protocol: string): Promise<Duplex> {
  const asked = request({
    host: '127.0.0.1',
    port,
    path: '/-/kubernetes-agent/',
    servername: 'gitlab-private.sallyport.test',
    ca: ca.pem,
    agent: false,
    headers: { host: 'gitlab-private.sallyport.test', connection: 'Upgrade', upgrade: protocol },
  }).end();
  const [response, stream] = await once(asked, 'upgrade');
  expect(response.statusCode).toBe(101);
  expect(response.headers.upgrade?.toLowerCase()).toBe(protocol.toLowerCase());
  stream.write('before');
  expect(await heard(stream)).toBe('before');
  return stream;
}

it('the log tells each access, and no token', async () => {
  const secrets = {
    authorization: 'Bearer s3cret-authorization',
    cookie: '_gitlab_session=s3cret-cookie',
    'private-token': 's3cret-private-token',
    'job-token': 's3cret-job-token',
    'deploy-token': 's3cret-deploy-token',
    referer: 'https://gitlab.sallyport.test/?feed_token=s3cret-referer',
    'x-answer': JSON.stringify({ status: 200, headers: { 'set-cookie': 's3cret-set-cookie', token: 's3cret-answer' } }),
  };
  for (const name of ['gitlab-private', 'other-ca', 'unknown']) {
    const path = '/answer?private_token=s3cret-query&ref=a?job_token=s3cret-second';
    const servername = 'gitlab.sallyport.test';
    const headers = { ...secrets, host: `${name}.sallyport.test` };
    (await ask('gitlab.sallyport.test', path, { servername, headers })).resume();
  }
  const lines = await eventually(async () => {
    const found = (await caddy.log()).split('\n').filter((line) => line.includes('"uri":"/answer"'));
    const accesses = found.map((line) => JSON.parse(line)).filter(({ logger }) => logger.startsWith('http.log.access'));
    for (const status of [200, 502, 421]) expect(accesses.some((one) => one.status === status)).toBe(true);
    return accesses;
  });
  expect(lines.find(({ status }) => status === 421)).toMatchObject({
    request: { method: 'GET', host: 'unknown.sallyport.test', uri: '/answer' },
  });
  expect(await caddy.log()).not.toContain('s3cret');
});

it('metrics tell the requests of each host', async () => {
  (await ask('gitlab-private.sallyport.test', '/')).resume();
  await eventually(async () => {
    const metrics = await (await fetch(`${statusUrl}/metrics`)).text();
    expect(metrics).toMatch(
      /^caddy_http_request_duration_seconds_count\{.*host="gitlab-private.sallyport.test".*\} \d+$/m,
    );
  });
  expect((await fetch(statusUrl)).status).toBe(404);
});

it('sallyport render caddy prints what Caddy takes', async () => {
  const { stdout, exitCode } = await sallyport(['render', 'caddy', '-f', 'examples/private-link/proxy.yaml'], {});
  expect(exitCode).toBe(0);
  await validateCaddy(stdout.replaceAll('/etc/sallyport/certificate', folder));
});

it('Caddy would not take what is found in a caBundle that is none', async () => {
  const tls = { serverName: 'gitlab.sallyport.test', caBundle: ca.pem.replace(/\n[^\n]+\n(?=-----END)/, '\n') };
  const broken = { ...proxy, hosts: [host('gitlab', { address: gitlab.address, tls })] };
  expect(caBundleProblem(broken.hosts)?.reason).toBe('CABundleInvalid');
  await expect(validateCaddy(caddyText(broken))).rejects.toThrow('x509: malformed certificate');
});

it('sallyport render caddy says that there is no proxy', async () => {
  const printed = await sallyport(['render', 'caddy', '-f', 'examples/private-link/gitlab.yaml'], {});
  expect(printed).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'sallyport render caddy: there is no PrivateLinkEndpoint with spec.proxy\n',
  });
});
