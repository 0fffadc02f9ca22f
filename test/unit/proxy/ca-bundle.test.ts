import { expect, it } from '@jest/globals';
import { caBundleProblem } from '../../../src/proxy/ca-bundle.js';
import { makeCertificate } from '../../support/https.js';

const good = makeCertificate().pem;
const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

function problemOf(caBundle?: string): string | undefined {
  const tls = { serverName: 'gitlab.example.com', ...(caBundle && { caBundle }) };
  const upstreams = [{ address: 'a:80' }, { address: 'a:443', tls: { serverName: 'a' } }, { address: 'a:443', tls }];
  return caBundleProblem(upstreams.map((upstream, index) => ({ public: `host${index}`, upstream })))?.message;
}

it.each([
  ['none', undefined],
  ['one', good],
  ['several', good + makeCertificate().pem],
])('bundles of certificates that can be read: %s', (_what, bundle) => {
  expect(problemOf(bundle)).toBeUndefined();
});

it.each([
  ['base64 of something else', pem('QUJD')],
  ['no base64', pem('QUJ')],
  ['a part of one', good.replace(/\n[^\n]+\n(?=-----END)/, '\n')],
])('one that can not be: %s', (_what, bad) => {
  const message = "the caBundle for host2 can't be read; write it as its issuer gives it";
  expect(problemOf(bad)).toBe(`certificate 1 of ${message}`);
  expect(problemOf(good + bad)).toBe(`certificate 2 of ${message}`);
});
