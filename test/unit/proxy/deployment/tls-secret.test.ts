import { beforeAll, expect, it } from '@jest/globals';
import type { Secret } from '../../../../src/kube/secrets.js';
import { checkCertificate } from '../../../../src/proxy/deployment/tls-secret.js';
import { type Certificate, makeCertificate } from '../../../support/https.js';

const NOW = Date.now() + 60_000;
const YEAR = 365 * 86_400_000;

let good: Certificate;
beforeAll(() => {
  good = makeCertificate(['gitlab.example.com', '*.privatelink.example.com']);
});

function secret({ pem = good.pem, key = good.key, type = 'kubernetes.io/tls' } = {}): Secret {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const metadata = { namespace: 'ci', name: 'names' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type, data: { 'tls.crt': base64(pem), 'tls.key': base64(key) } };
}

function reason(written: Secret, names = ['gitlab.example.com'], now = NOW): string {
  return checkCertificate(written, names, now).problem?.reason ?? 'good';
}

it('a certificate with all names is good, by whatever pattern', () => {
  const checked = checkCertificate(secret(), ['gitlab.example.com', 'gitlab.privatelink.example.com'], NOW);
  expect(checked).toEqual({
    digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
});

it('missing names are told, and no others', () => {
  const names = [
    'gitlab.example.com',
    'registry.example.com',
    'a.b.privatelink.example.com',
    'privatelink.example.com',
  ];
  const { problem } = checkCertificate(secret(), names, NOW);
  expect(problem?.reason).toBe('CertificateLacksNames');
  expect(problem?.message).toContain(
    'lacks registry.example.com, a.b.privatelink.example.com, privatelink.example.com;',
  );
});

it('it is good for its time only', () => {
  expect(reason(secret(), ['gitlab.example.com'], NOW + YEAR)).toBe('CertificateExpired');
  expect(reason(secret(), ['gitlab.example.com'], NOW - YEAR)).toBe('CertificateInvalid');
});

it("the subject's name does not count, as clients don't look at it", () => {
  expect(reason(secret(), ['test'])).toBe('CertificateLacksNames');
});

it.each<[what: string, written: () => Secret]>([
  ['another type', () => secret({ type: 'Opaque' })],
  ['no certificate', () => secret({ pem: '' })],
  ['something else for a certificate', () => secret({ pem: 'certificate' })],
  ['no key', () => secret({ key: '' })],
  ["another certificate's key", () => secret({ key: makeCertificate().key })],
  ['no data', () => ({ ...secret(), data: {} })],
])('it is not valid with %s, and nothing of the key is told', (_what, written) => {
  expect(reason(written())).toBe('CertificateInvalid');
  expect(JSON.stringify(checkCertificate(written(), [], NOW))).not.toContain(good.key.split('\n')[1]);
});

it('the digest is of the certificate alone', () => {
  const digest = (written: Secret) => checkCertificate(written, [], NOW).digest;
  expect(digest(secret())).toBe(digest(secret()));
  expect(digest(secret(makeCertificate()))).not.toBe(digest(secret()));
});
