import type { Upstream } from './proxy.js';

/** How an upstream is spoken to: bodies as they are, for as long as they take. */
export function transportOf({ tls }: Upstream): object {
  return {
    protocol: 'http',
    // SPDY can't be asked for over HTTP/2, and layers would share one connection.
    versions: ['1.1'],
    // Else Caddy would ask for gzip by itself, and unpack it.
    compression: false,
    ...(tls && {
      tls: {
        server_name: tls.serverName,
        ...(tls.caBundle && { ca: { provider: 'inline', trusted_ca_certs: certificatesIn(tls.caBundle) } }),
      },
    }),
  };
}

/** Each certificate's DER in base64. */
function certificatesIn(pem: string): string[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----/gs);
  return [...blocks].map(([, body = '']) => body.replace(/\s/g, ''));
}
