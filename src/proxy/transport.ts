import { certificatesIn } from './ca-bundle.js';
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
