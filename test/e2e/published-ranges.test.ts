import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readHttpSource } from '../../src/cidr-set/sources/http/read.js';
import { aggregate, type DescribedCidr } from '../../src/net/aggregate.js';
import { type Certificate, type HttpsServer, makeCertificate, startHttps } from '../support/https.js';

/** Documents of ours in the shapes that vendors publish. */
const ours = new URL('../support/ranges/', import.meta.url);
/** What vendors did publish. */
const published = new URL('../../../shared/data/ranges/', import.meta.url);

let certificate: Certificate;
let server: HttpsServer;

beforeAll(async () => {
  certificate = makeCertificate();
  server = await startHttps(certificate, async ({ url = '' }, response) => {
    const [, folder, name = ''] = url.split('/');
    response.end(await readFile(new URL(name, folder === 'ours' ? ours : published)));
  });
});

afterAll(() => server.close());

async function read(path: string, select: string | undefined): Promise<DescribedCidr[]> {
  const url = `https://127.0.0.1:${server.port}/${path}`;
  const format = select === undefined ? ('Text' as const) : ('JSON' as const);
  const source = {
    name: 'vendor',
    url,
    format,
    ...(select && { select }),
    caBundle: certificate.pem,
    allowPrivate: true,
  };
  const result = await readHttpSource(source, { allowAnywhere: false });
  if (!result.ok) throw new Error(result.problem.message);
  if (result.value === 'Unchanged') throw new Error('there is nothing that it could be equal to');
  return result.value.cidrs;
}

function texts(cidrs: readonly DescribedCidr[]): string[] {
  return cidrs.map(({ cidr }) => cidr);
}

const S3_IN_IRELAND =
  "[prefixes[?service=='S3' && region=='eu-west-1'].ip_prefix, ipv6_prefixes[?service=='S3' && region=='eu-west-1'].ipv6_prefix]";
const ALL_OF_AWS = '[prefixes[].ip_prefix, ipv6_prefixes[].ipv6_prefix]';

it.each<[document: string, select: string | undefined, cidrs: string[]]>([
  ['aws.json', S3_IN_IRELAND, ['192.0.2.0/26', '2001:db8:1::/48']],
  ['aws.json', "prefixes[?service=='S3' && starts_with(region, 'eu-')].ip_prefix", ['192.0.2.0/26', '192.0.2.64/26']],
  ['aws.json', "prefixes[?contains(['EC2', 'CLOUDFRONT'], service)].ip_prefix", ['192.0.2.128/26', '203.0.113.0/24']],
  [
    'aws.json',
    "prefixes[?service!='AMAZON' && region!='GLOBAL'].ip_prefix",
    ['192.0.2.0/26', '192.0.2.64/26', '192.0.2.128/26', '198.51.100.0/24'],
  ],
  ['github.json', '[hooks, git]', ['192.0.2.0/24', '2001:db8:1::/48', '198.51.100.7/32']],
  ['github.json', "actions[?!contains(@, ':')]", ['203.0.113.0/25', '203.0.113.128/26']],
  ['cloudflare-v4.txt', undefined, ['192.0.2.0/24', '198.51.100.0/24']],
  ['cloudflare-v6.txt', undefined, ['2001:db8:1::/48', '2001:db8:2::/48']],
  ['fastly.json', '[addresses, ipv6_addresses]', ['192.0.2.0/24', '198.51.100.0/24', '2001:db8::/32']],
  ['zscaler.json', 'hubPrefixes', ['192.0.2.0/24', '2001:db8:1::/48']],
])('%s gives what %s selects', async (document, select, cidrs) => {
  expect(texts(await read(`ours/${document}`, select))).toEqual(cidrs);
});

interface AwsRanges {
  prefixes: { ip_prefix: string; service: string; region: string }[];
  ipv6_prefixes: { ipv6_prefix: string; service: string; region: string }[];
}

type Expected = (document: string) => string[];

function aws(chosen: (range: { service: string; region: string }) => boolean): Expected {
  return (document) => {
    const { prefixes, ipv6_prefixes } = JSON.parse(document) as AwsRanges;
    const v4 = prefixes.filter(chosen).map(({ ip_prefix }) => ip_prefix);
    return [...v4, ...ipv6_prefixes.filter(chosen).map(({ ipv6_prefix }) => ipv6_prefix)];
  };
}

const lists =
  (...keys: string[]): Expected =>
  (document) =>
    keys.flatMap((key) => (JSON.parse(document) as Record<string, string[]>)[key] ?? []);

const lines: Expected = (document) => document.trim().split('\n');

it.each<[document: string, select: string | undefined, expected: Expected]>([
  ['aws-ip-ranges.json', ALL_OF_AWS, aws(() => true)],
  ['aws-ip-ranges.json', S3_IN_IRELAND, aws(({ service, region }) => service === 'S3' && region === 'eu-west-1')],
  ['github-ip-ranges.json', '[hooks, web, api, git, actions]', lists('hooks', 'web', 'api', 'git', 'actions')],
  ['cloudflare-v4-ip-ranges.txt', undefined, lines],
  ['cloudflare-v6-ip-ranges.txt', undefined, lines],
  ['fastly-ip-ranges.json', '[addresses, ipv6_addresses]', lists('addresses', 'ipv6_addresses')],
  ['zscaler-cloud-ip-ranges.json', 'hubPrefixes', lists('hubPrefixes')],
])('%s as published gives what %s selects', async (name, select, expected) => {
  if (!existsSync(published)) {
    process.stderr.write(
      `${name}: not tried, ../shared/data/ranges is not beside this checkout (vendors' documents, not ours to ship)\n`,
    );
    return;
  }
  const cidrs = await read(`published/${name}`, select);
  expect(new Set(texts(cidrs))).toEqual(new Set(expected(await readFile(new URL(name, published), 'utf8'))));
  const fewest = aggregate(cidrs);
  expect(fewest.length).toBeGreaterThan(0);
  expect(fewest.length).toBeLessThanOrEqual(cidrs.length);
});
