import { parseCorefile } from '../corefile/parser.js';
import { type ClusterDns, corefileText } from './cluster-dns.js';
import { clusterDomain, metricsPort } from './corefile-facts.js';
import { type Baseline, type Look, NO_ANSWER } from './proof.js';
import type { Wish } from './wish.js';

/** What resolvers are asked. */
export interface Questions {
  names: readonly string[];
  /** Those of them that must not change: a name beneath each public one, and the API server's. */
  others: readonly string[];
  metricsPort?: number;
}

export function questionsOf({ rewrites, publicNames }: Wish, dns: ClusterDns): Questions {
  const parsed = parseCorefile(corefileText(dns) ?? '');
  const domain = parsed.ok ? clusterDomain(parsed.value) : undefined;
  const port = parsed.ok ? metricsPort(parsed.value) : undefined;
  const others = [
    ...publicNames.map((name) => `sallyport-canary.${name}`),
    ...(domain ? [`kubernetes.default.svc.${domain}`] : []),
  ];
  const names = [...new Set([...publicNames, ...rewrites.map(({ to }) => to), ...others])];
  return { names, others, ...(port !== undefined && { metricsPort: port }) };
}

/** What must not change, as resolvers say it now. */
export function baselineOf(wish: Wish, dns: ClusterDns, looks: readonly Look[]): Baseline {
  const { others } = questionsOf(wish, dns);
  const [first] = looks;
  return {
    before: Object.fromEntries(others.map((name) => [name, first?.answers[name] ?? NO_ANSWER])),
    reloadFailures: Object.fromEntries(looks.flatMap(({ pod, reloads }) => (reloads ? [[pod, reloads.failures]] : []))),
  };
}
