import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { type Certificate, type HttpsServer, makeCertificate, startHttps } from '../support/https.js';

const place = 'shared/eu-west-1';

let ground: Ground;
let operator: RunningOperator;
let certificate: Certificate;
let server: HttpsServer;
let respond: RequestListener;
/** How the server answered, in order. */
let answers: number[];

beforeAll(async () => {
  certificate = makeCertificate();
  [ground, server] = await Promise.all([
    startGround(),
    startHttps(certificate, (request, response) => {
      response.on('finish', () => answers.push(response.statusCode));
      respond(request, response);
    }),
  ]);
  operator = ground.operator({ resyncMs: 300 });
  await ground.apply(awsAccount('shared'));
});
afterEach(() => ground.clean());
afterAll(async () => {
  await ground.stop();
  server.close();
});

/** The document with these networks of CI, which knows when it is unchanged. */
function publish(...networks: string[]): void {
  answers = [];
  const body = JSON.stringify({ ranges: networks.map((cidr) => ({ cidr, service: 'ci' })), other: ['10.0.0.0/8'] });
  const etag = `"${body.length}-${networks}"`;
  respond = (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(body);
  };
}

function fail(): void {
  answers = [];
  respond = (_request, response) => response.writeHead(500).end();
}

function document(more: object = {}) {
  return {
    name: 'vendor',
    url: `https://127.0.0.1:${server.port}/ranges.json`,
    format: 'JSON' as const,
    select: "ranges[?service=='ci'].cidr",
    refresh: '10s',
    caBundle: certificate.pem,
    allowPrivate: true,
    ...more,
  };
}

it('keeps the last good document while the server fails, across a restart too', async () => {
  const group = await ground.makeGroup(place, { name: 'http' });
  publish('198.51.100.0/25', '198.51.100.128/25', '2001:db8::/48');
  const spec = { ...into(group), discover: { http: [document()] }, guard: { grace: '0s' } };
  await ground.apply(cidrSet('http', [], spec));
  await ground.told('cidrset/http', 'True InSync: 2 rules');
  expect(await group.notedRules()).toEqual([
    '* tcp/443 198.51.100.0/24 "[http] vendor"',
    '* tcp/443 2001:db8::/48 "[http] vendor"',
  ]);
  expect((await ground.set('http')).status).toMatchObject({
    cidrs: 3,
    cidrsWritten: 2,
    sources: [{ name: 'http/vendor', cidrs: 3, reason: 'Read' }],
  });
  // What did not change is not downloaded again.
  await eventually(() => expect(answers.slice(1)).toContain(304));
  expect(answers.filter((status) => status === 200)).toHaveLength(1);

  const failing =
    /^False UnexpectedStatus: .*https:\/\/127.0.0.1:\d+\/ranges.json: HTTP status 500; .*; 3 CIDRs kept since 20.* UTC$/;
  fail();
  await ground.told('cidrset/http', failing);
  await operator.stop();
  fail();
  operator = ground.operator({ resyncMs: 300 });
  await eventually(() => expect(answers).toContain(500));
  await ground.told('cidrset/http', failing, 'SourcesComplete');
  await ground.look(place);
  expect(await group.rules()).toHaveLength(2);

  publish('198.51.100.0/25');
  await ground.told('cidrset/http', 'True InSync: 1 rule');
  expect(await group.rules()).toEqual(['* tcp/443 198.51.100.0/25']);
});

it.each<[what: string, more: object, message: RegExp]>([
  ['a server of an unknown CA', { caBundle: undefined }, /^False Unreachable: .*give it as caBundle/],
  ['a private server', { allowPrivate: false }, /^False AddressRefused: .*127.0.0.1.*allowPrivate/],
  ['a document that selects nothing', { select: 'range[]' }, /^False (EmptyDocument|InvalidDocument): /],
])('refuses %s, and writes the rest of the set', async (what, more, message) => {
  const group = await ground.makeGroup(place, { name: what });
  publish('198.51.100.0/25');
  const spec = { ...into(group), discover: { http: [document(more)] } };
  await ground.apply(cidrSet('refused', ['203.0.113.0/24'], spec));
  await ground.told('cidrset/refused', message);
  await eventually(async () => expect(await group.rules()).toEqual(['* tcp/443 203.0.113.0/24']));
});
