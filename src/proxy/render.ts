import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Rendered } from '../plan/render.js';
import { caBundleProblem } from './ca-bundle.js';
import { caddyText } from './caddy-config.js';
import { proxyOf } from './proxy.js';

/** The proxy's configuration. */
export function renderCaddy({ spec }: PrivateLinkEndpoint): Rendered {
  const proxy = proxyOf(spec);
  if (!proxy) return { ok: false, message: 'there is no spec.proxy' };
  const problem = caBundleProblem(proxy.hosts);
  return problem ? { ok: false, message: problem.message } : { ok: true, text: caddyText(proxy) };
}
