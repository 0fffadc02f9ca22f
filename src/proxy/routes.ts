import type { ProxyHost, ReverseProxy } from './proxy.js';
import { rewritesDown } from './rewrites-down.js';
import { transportOf } from './transport.js';

/** A route for each name: what comes by a private one has its answers' addresses rewritten. */
export function routesOf({ hosts, port }: Pick<ReverseProxy, 'hosts' | 'port'>): object[] {
  const down = { response: { replace: rewritesDown(hosts, port) } };
  return hosts.flatMap((host) => [
    route(host.public, host),
    ...(host.private ? [route(host.private, host, down)] : []),
  ]);
}

/** For all other names. */
export const refusal = {
  handle: [{ handler: 'static_response', status_code: 421, body: 'no such host here\n', close: true }],
};

function route(name: string, { public: host, upstream }: ProxyHost, down: object = {}): object {
  return {
    match: [{ host: [name] }],
    handle: [
      {
        handler: 'reverse_proxy',
        upstreams: [{ dial: upstream.address }],
        transport: transportOf(upstream),
        headers: { request: up(host), ...down },
        flush_interval: -1,
        // Else a reload would end WebSockets and SPDY. A session of a working day is let be.
        stream_close_delay: '24h',
      },
    ],
    terminal: true,
  };
}

/** Caddy itself sets X-Forwarded-For, and believes nobody's. */
function up(host: string): object {
  return {
    set: { Host: [host], 'X-Forwarded-Host': [host], 'X-Forwarded-Proto': ['https'] },
    // Rails would believe these, which Caddy lets through.
    delete: ['Forwarded', 'X-Forwarded-Port', 'X-Forwarded-Scheme', 'X-Forwarded-Ssl', 'X-Real-Ip'],
  };
}
