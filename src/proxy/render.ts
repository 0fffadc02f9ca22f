import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Rendered } from '../plan/render.js';
import { caddyText } from './caddy-config.js';
import { proxyOf } from './proxy.js';

/** The proxy's configuration. */
export function renderCaddy({ spec }: PrivateLinkEndpoint): Rendered {
  const proxy = proxyOf(spec);
  return proxy ? { ok: true, text: caddyText(proxy) } : { ok: false, message: 'there is no spec.proxy' };
}
