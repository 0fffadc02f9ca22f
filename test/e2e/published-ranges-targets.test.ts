import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aggregate } from '../../src/net/aggregate.js';
import { parseCidr } from '../../src/net/cidr.js';
import { awsAccount, cidrSet } from '../support/cluster.js';
import { type Ground, startGround } from '../support/ground.js';
import { makeCertificate, startHttps } from '../support/https.js';
import { IpSets } from '../support/ip-sets.js';
import { PrefixLists } from '../support/prefix-lists.js';

interface Range {
  service: string;
  region: string;
  ip_prefix?: string;
  ipv6_prefix?: string;
}

const SHARED = '111111111111';
const accounts = { names: ['shared'] };
/** What AWS did publish: some 13,000 ranges. */
const published = new URL('../../../shared/data/ranges/aws-ip-ranges.json', import.meta.url);

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
  ground.operator();
  await ground.apply(awsAccount('shared'));
});
afterAll(() => ground.stop());

/** A set of the ranges that AWS publishes, and which of them are in it. */
const chosen = {
  waf: {
    filter: "service=='EC2'",
    has: ({ service }: Range) => service === 'EC2',
    targets: { wafIpSets: [{ name: 'edge', accounts }] },
    written: async (name: string) =>
      (await new IpSets(ground.edge.client(WAFV2Client, SHARED, 'eu-west-1')).see(name))?.addresses,
  },
  list: {
    filter: "service=='EC2' && starts_with(region, 'eu-')",
    has: ({ service, region }: Range) => service === 'EC2' && region.startsWith('eu-'),
    targets: { prefixLists: [{ name: 'ranges', accounts, regions: ['eu-west-1'] }] },
    written: async (name: string) =>
      (await new PrefixLists(ground.edge.clientFor(SHARED, 'eu-west-1')).see(name))?.entries.map(
        (entry) => entry.split(' ')[0],
      ),
  },
};

it('writes what AWS publishes of its own addresses, joined and down to the last, to WAF and to prefix lists', async () => {
  if (!existsSync(published)) {
    process.stderr.write(
      'not tried: ../shared/data/ranges is not beside this checkout (AWS’s document, not ours to ship)\n',
    );
    return;
  }
  const document = await readFile(published, 'utf8');
  const certificate = makeCertificate();
  const server = await startHttps(certificate, (_, response) => response.end(document));
  const http = (filter: string) => ({
    name: 'aws',
    url: `https://127.0.0.1:${server.port}/ip-ranges.json`,
    format: 'JSON' as const,
    select: `[prefixes[?${filter}].ip_prefix, ipv6_prefixes[?${filter}].ipv6_prefix]`,
    caBundle: certificate.pem,
    allowPrivate: true,
  });
  for (const [name, { filter, targets }] of Object.entries(chosen)) {
    await ground.apply(cidrSet(name, [], { discover: { http: [http(filter)] }, targets }));
  }
  const { prefixes, ipv6_prefixes }: { prefixes: Range[]; ipv6_prefixes: Range[] } = JSON.parse(document);
  for (const [name, { has, written }] of Object.entries(chosen)) {
    await ground.told(`cidrset/${name}`, 'True InSync');
    const texts = [...prefixes, ...ipv6_prefixes]
      .filter(has)
      .map(({ ip_prefix, ipv6_prefix }) => ip_prefix ?? ipv6_prefix ?? '');
    const parsed = texts.flatMap((text) => parseCidr(text) ?? []);
    const expected = aggregate(parsed.map(({ text: cidr, family }) => ({ cidr, family, description: '' })));
    expect(expected.length).toBeLessThan(new Set(texts).size);
    for (const family of [4, 6]) {
      const there = await written(`sallyport-${name}-ipv${family}`);
      const cidrs = expected.filter((each) => each.family === family).map(({ cidr }) => cidr);
      expect(there?.map((text = '') => parseCidr(text)?.text).sort()).toEqual(cidrs.sort());
    }
  }
  await server.close();
});
