import { logging } from './log.js';
import { namesOf, type ReverseProxy } from './proxy.js';
import { refusal, routesOf } from './routes.js';
import { statusServer } from './status-server.js';

/**
 * The proxy as Caddy's configuration, in JSON: a Caddyfile would have its directives sorted anew. It stands alone: there is
 * no admin API, `caddy run --watch` reloads it when the file changes, and streams outlive that.
 * @see https://caddyserver.com/docs/json/
 */
export function caddyConfig(proxy: ReverseProxy): object {
  const { hosts, listen, certificate } = proxy;
  const tls = certificate && {
    // Who says another name, or none, gets no certificate.
    tls_connection_policies: [{ match: { sni: namesOf(hosts) } }],
  };
  return {
    admin: { disabled: true, config: { persist: false } },
    logging: logging(),
    apps: {
      http: {
        metrics: { per_host: true },
        servers: {
          proxy: {
            listen: [listen],
            // HTTP/3 would be announced, and no load balancer lets it through.
            protocols: ['h1', 'h2'],
            automatic_https: { disable: true },
            ...tls,
            ...LIMITS,
            logs: {},
            routes: [...routesOf(proxy), refusal],
          },
          status: statusServer(proxy.statusListen),
        },
      },
      ...(certificate && { tls: { certificates: { load_files: [certificate] } } }),
    },
  };
}

/** The same bytes for the same proxy. */
export function caddyText(proxy: ReverseProxy): string {
  return `${JSON.stringify(caddyConfig(proxy), null, 2)}\n`;
}

const LIMITS = {
  // A token of GitLab's for many repositories does not fit in Caddy's 16 KiB.
  max_header_bytes: 64 * 1024,
  // Caddy gives up on whoever stands still for a minute. A client that unpacks, or compresses what it pushes, does.
  read_idle_timeout: '1h',
  write_idle_timeout: '1h',
};
