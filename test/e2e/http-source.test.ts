import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { ResolveHost } from '../../src/cidr-set/sources/http/host.js';
import { type HttpSourceResult, type ReadOptions, readHttpSource } from '../../src/cidr-set/sources/http/read.js';
import type { HttpSource } from '../../src/cidr-set/sources/http/source.js';
import { type Certificate, type HttpsServer, makeCertificate, startHttps } from '../support/https.js';

const MIB = 2 ** 20;

let certificate: Certificate;
let server: HttpsServer;
/** What the server does, by path. */
let pages: Record<string, RequestListener>;
let asked: { url: string; headers: Record<string, unknown> }[];

beforeAll(async () => {
  certificate = makeCertificate();
  server = await startHttps(certificate, (request, response) => {
    const { url = '', headers } = request;
    asked.push({ url, headers });
    const page = pages[url.replace(/\?.*/, '')];
    if (page) page(request, response);
    else response.writeHead(404).end('nothing is hidden here');
  });
});

afterAll(() => server.close());

beforeEach(() => {
  pages = {};
  asked = [];
});

function says(body: string | Buffer, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => response.writeHead(200, headers).end(body);
}

function leadsTo(location: string): RequestListener {
  return (_, response) => response.writeHead(302, { location }).end();
}

/** The document at `path` of the server, whose address is private. */
function source(path: string, overrides: Partial<HttpSource> = {}): HttpSource {
  const url = `https://127.0.0.1:${server.port}${path}?token=hidden`;
  return { name: 'ranges', url, format: 'Text', caBundle: certificate.pem, allowPrivate: true, ...overrides };
}

/** Every name stands for the server, as if that were public, but for those beneath `inside`. */
const named: ResolveHost = async (host) => [
  { address: '127.0.0.1', family: 4, range: host === 'inside.sallyport.test' ? 'private' : 'unicast' },
];

/** The document at `path` of a public server. */
function publicSource(path: string): HttpSource {
  return source(path, { url: `https://public.sallyport.test:${server.port}${path}`, allowPrivate: false });
}

async function read(what: HttpSource, options: Partial<ReadOptions> = {}): Promise<HttpSourceResult> {
  const result = await readHttpSource(what, { allowAnywhere: false, ...options });
  if (!result.ok) expect(result.problem.message).not.toContain('hidden');
  return result;
}

function refusal(reason: string, message: RegExp | string = /./): HttpSourceResult {
  return { ok: false, problem: { reason, message: expect.stringMatching(message) as unknown as string } };
}

function cidrs(result: HttpSourceResult): unknown {
  return result.ok && result.value !== 'Unchanged' ? result.value.cidrs.map(({ cidr }) => cidr) : result;
}

it('reads a text', async () => {
  pages['/list'] = says('# ours\n192.0.2.0/24\n2001:db8::/32\n');
  expect(await read(source('/list'))).toEqual({
    ok: true,
    value: {
      cidrs: [
        { cidr: '192.0.2.0/24', family: 4, description: 'ranges' },
        { cidr: '2001:db8::/32', family: 6, description: 'ranges' },
      ],
      validators: { asked: expect.any(String) },
    },
  });
});

it('reads compressed JSON', async () => {
  pages['/list'] = says(gzipSync('{"v4":["192.0.2.0/24"],"v6":["2001:db8::/32"]}'), { 'content-encoding': 'gzip' });
  const result = await read(source('/list', { format: 'JSON', select: '[v4, v6]' }));
  expect(cidrs(result)).toEqual(['192.0.2.0/24', '2001:db8::/32']);
});

it('asks only for what is new, and for all of it once it asks for something else', async () => {
  pages['/list'] = (request, response) => {
    const known = request.headers['if-none-match'] === '"1"' && request.headers['if-modified-since'] === 'yesterday';
    if (known) response.writeHead(304).end();
    else
      says('{"a":["192.0.2.0/24"],"b":["198.51.100.0/24"]}', { etag: '"1"', 'last-modified': 'yesterday' })(
        request,
        response,
      );
  };
  const first = await read(source('/list', { format: 'JSON', select: 'a' }));
  if (!first.ok || first.value === 'Unchanged') throw new Error('the first read gives the document');
  const { validators } = first.value;
  expect(await read(source('/list', { format: 'JSON', select: 'a' }), { validators })).toEqual({
    ok: true,
    value: 'Unchanged',
  });
  expect(cidrs(await read(source('/list', { format: 'JSON', select: 'b' }), { validators }))).toEqual([
    '198.51.100.0/24',
  ]);
});

it('takes no 304 that it did not ask for', async () => {
  pages['/list'] = (_, response) => response.writeHead(304).end();
  expect(await read(source('/list'))).toEqual(refusal('UnexpectedStatus', /304/));
});

it('connects to the address that was checked, looking up nothing else', async () => {
  const hosts: string[] = [];
  pages['/list'] = says('192.0.2.0/24');
  const resolve: ResolveHost = (host) => {
    hosts.push(host);
    return named(host);
  };
  const result = await read(publicSource('/list'), { resolve });
  expect(cidrs(result)).toEqual(['192.0.2.0/24']);
  expect(hosts).toEqual(['public.sallyport.test']);
});

it('asks no private server unless told to', async () => {
  expect(await read(source('/list', { allowPrivate: false }))).toEqual(
    refusal('AddressRefused', `127.0.0.1 is 127.0.0.1, .*loopback.*allowPrivate`),
  );
  const inside = source('/list', { url: 'https://inside.sallyport.test/', allowPrivate: false });
  expect(await read(inside, { resolve: named })).toEqual(refusal('AddressRefused', /inside/));
  expect(await read(source('/list', { url: 'https://169.254.169.254/latest/' }))).toEqual(refusal('AddressRefused'));
  expect(asked).toEqual([]);
});

it.each<[location: () => string]>([
  [() => 'https://169.254.169.254/latest/meta-data/?hidden'],
  [() => 'https://[::ffff:169.254.169.254]/'],
  [() => `https://localhost:${server.port}/list?hidden`],
  [() => `https://127.1:${server.port}/list`],
  [() => '/list'],
  [() => 'http://public.sallyport.test/'],
  [() => `https://me:hidden@localhost:${server.port}/list`],
])('follows no redirect to a private server (%#)', async (location) => {
  pages['/list'] = says('192.0.2.0/24');
  pages['/moved'] = leadsTo(location());
  expect(await read(source('/moved'))).toEqual(refusal('RedirectRefused'));
  expect(asked.map(({ url }) => url)).toEqual(['/moved?token=hidden']);
});

it('follows no redirect to a name of a private server', async () => {
  pages['/moved'] = leadsTo(`https://inside.sallyport.test:${server.port}/list`);
  expect(await read(publicSource('/moved'), { resolve: named })).toEqual(refusal('RedirectRefused', /inside/));
  expect(asked).toHaveLength(1);
});

it('follows three redirects to public servers, and not a fourth', async () => {
  pages['/list'] = says('192.0.2.0/24');
  pages['/1'] = leadsTo(`https://other.sallyport.test:${server.port}/list`);
  pages['/2'] = leadsTo('/1');
  pages['/3'] = leadsTo('2');
  pages['/4'] = leadsTo('/3');
  pages['/loop'] = leadsTo('/loop');
  expect(cidrs(await read(publicSource('/3'), { resolve: named }))).toEqual(['192.0.2.0/24']);
  expect(await read(publicSource('/4'), { resolve: named })).toEqual(refusal('RedirectRefused', /more than 3/));
  expect(await read(publicSource('/loop'), { resolve: named })).toEqual(refusal('RedirectRefused', /more than 3/));
});

it.each<[what: string, page: RequestListener]>([
  ['a large document', (_, response) => response.end(Buffer.alloc(16 * MIB + 1, '\n'))],
  ['a small one that unpacks to a large one', says(gzipSync(Buffer.alloc(32 * MIB)), { 'content-encoding': 'gzip' })],
  ['one without end', (_, response) => flood(response)],
])('reads no more than 16 MiB of %s', async (_, page) => {
  pages['/list'] = page;
  expect(await read(source('/list'))).toEqual(refusal('TooLarge', /16 MiB/));
});

function flood(response: ServerResponse): void {
  const line = Buffer.alloc(MIB, '\n');
  const more = () => {
    while (response.write(line));
  };
  response.on('drain', more);
  more();
}

it.each<[what: string, page: RequestListener]>([
  ['never answers', () => {}],
  ['stops amid the document', (_, response) => response.write('192.0.2.0/24\n')],
])('waits no longer than the time limit for a server that %s', async (_, page) => {
  pages['/list'] = page;
  expect(await read(source('/list'), { timeLimitMs: 500 })).toEqual(refusal('Unreachable', /within 0.5 s/));
});

it('waits no longer for a name', async () => {
  const result = await read(publicSource('/list'), { resolve: () => new Promise(() => {}), timeLimitMs: 50 });
  expect(result).toEqual(refusal('Unreachable', /within 0.05 s/));
});

it.each<[what: string, page: RequestListener, refused: HttpSourceResult]>([
  [
    'cut off',
    (_, response) =>
      response.writeHead(200, { 'content-length': '100' }).write('192.0.2.0/24\n', () => response.destroy()),
    refusal('Unreachable'),
  ],
  [
    'of unknown length',
    (_, { socket }) => socket?.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n192.0.2.0/24\n198.51'),
    refusal('InvalidDocument', /Content-Length/),
  ],
  ['badly packed', says('192.0.2.0/24', { 'content-encoding': 'gzip' }), refusal('Unreachable', /header/)],
  [
    'that is an error',
    (_, response) => response.writeHead(503).end('192.0.2.0/24'),
    refusal('UnexpectedStatus', /503/),
  ],
  ['that is empty', says('\n'), refusal('EmptyDocument')],
  ['with a wrong line', says('192.0.2.0/24\n<html>\nhidden'), refusal('InvalidDocument', /line 2: "<html>"/)],
])('uses no document %s', async (_, page, refused) => {
  pages['/list'] = page;
  expect(await read(source('/list'))).toEqual(refused);
});

it.each<[what: string, select: string, refused: HttpSourceResult]>([
  ['that is no JSON', '@', refusal('InvalidDocument', /not JSON/)],
  ['whose selector is wrong', 'a[?', refusal('InvalidSelector')],
])('uses no document %s', async (_, select, refused) => {
  pages['/list'] = says('<html>hidden</html>', { 'content-type': 'text/html' });
  expect(await read(source('/list', { format: 'JSON', select }))).toEqual(refused);
});

it('uses no document that lacks a part of what is selected', async () => {
  pages['/list'] = says('{"v4":["192.0.2.0/24"]}');
  expect(await read(source('/list', { format: 'JSON', select: '[v4, v6]' }))).toEqual(
    refusal('InvalidDocument', /item 2/),
  );
  const tolerant = await read(source('/list', { format: 'JSON', select: '[v4, v6 || `[]`]' }));
  expect(cidrs(tolerant)).toEqual(['192.0.2.0/24']);
});

it('trusts the CA that it is told to, and no other', async () => {
  pages['/list'] = says('192.0.2.0/24');
  const { caBundle: _, ...publicCa } = source('/list');
  const unknown = refusal('Unreachable', /caBundle/);
  expect(await read(publicCa)).toEqual(unknown);
  expect(await read(source('/list', { caBundle: makeCertificate().pem }))).toEqual(unknown);
  expect(await read(source('/list', { caBundle: 'no PEM' }))).toEqual(unknown);
  const other = source('/list', { url: `https://other.example:${server.port}/list` });
  expect(await read(other, { resolve: named })).toEqual(refusal('Unreachable', /other.example/));
  expect(asked).toEqual([]);
});

it('says that nothing listens', async () => {
  const closed = await startHttps(certificate, () => {});
  closed.close();
  const url = `https://127.0.0.1:${closed.port}/list?token=hidden`;
  expect(await read(source('/list', { url }))).toEqual(
    refusal('Unreachable', /^http source ranges: https:.*ECONNREFUSED/),
  );
});

it('sends no credentials', async () => {
  pages['/list'] = says('192.0.2.0/24', { 'set-cookie': 'a=b' });
  await read(source('/list'));
  await read(source('/list'));
  expect(asked).toHaveLength(2);
  for (const { headers } of asked) {
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('authorization');
    expect(headers['user-agent']).toBe('sallyport');
  }
});
