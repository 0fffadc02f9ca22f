import { X509Certificate } from 'node:crypto';
import type { Problem } from '../api/problem.js';
import type { ProxyHost } from './proxy.js';

/** Each certificate's DER in base64. */
export function certificatesIn(pem: string): string[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----/gs);
  return [...blocks].map(([, body = '']) => body.replace(/\s/g, ''));
}

/** What keeps Caddy from loading the configuration. The API server sees only whether a bundle looks like PEM. */
export function caBundleProblem(hosts: readonly ProxyHost[]): Problem | undefined {
  for (const { public: name, upstream } of hosts) {
    const bad = certificatesIn(upstream.tls?.caBundle ?? '').findIndex((der) => !isCertificate(der));
    if (bad === -1) continue;
    const message = `certificate ${bad + 1} of the caBundle for ${name} can't be read; write it as its issuer gives it`;
    return { reason: 'CABundleInvalid', message };
  }
  return undefined;
}

function isCertificate(der: string): boolean {
  try {
    return new X509Certificate(Buffer.from(der, 'base64')).raw.toString('base64') === der;
  } catch {
    return false;
  }
}
