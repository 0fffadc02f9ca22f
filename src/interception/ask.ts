import { Resolver as Dns } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { Resolver } from './cluster-dns.js';
import type { Answer, Look } from './proof.js';

const TIMEOUT_MS = 1_500;

const CODES: Record<string, Answer> = {
  ENOTFOUND: 'NXDOMAIN',
  ENODATA: 'no addresses',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
};

/** Asks a resolver pod for all addresses of each name, and how its reloads have gone. Failures are answers. */
export async function lookAt(resolver: Resolver, names: readonly string[], metricsPort?: number): Promise<Look> {
  const [answers, reloads] = await Promise.all([
    Promise.all(names.map(async (name) => [name, await ask(resolver, name)] as const)),
    metricsPort === undefined ? undefined : reloadsOf(hostOf(resolver.address, metricsPort)),
  ]);
  return { pod: resolver.pod, answers: Object.fromEntries(answers), ...(reloads && { reloads }) };
}

async function ask({ address, port }: Resolver, name: string): Promise<Answer> {
  // A new one each time: one that is kept may answer from its memory.
  const dns = new Dns({ timeout: TIMEOUT_MS, tries: 2 });
  dns.setServers([hostOf(address, port)]);
  const [four, six] = await Promise.allSettled([dns.resolve4(name), dns.resolve6(name)]);
  const found = [four, six].flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  if (found.length > 0) return found.sort().join(', ');
  return (four.status === 'rejected' && CODES[(four.reason as NodeJS.ErrnoException).code ?? '']) || 'no answer';
}

async function reloadsOf(host: string): Promise<Look['reloads']> {
  try {
    const response = await fetch(`http://${host}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const metrics = await response.text();
    const hash = /^coredns_reload_version_info\{hash="sha512",value="([0-9a-f]+)"\} 1$/m.exec(metrics)?.[1];
    const failures = Number(/^coredns_reload_failed_total (\S+)$/m.exec(metrics)?.[1] ?? 0);
    return { failures, ...(hash && { hash }) };
  } catch {
    return undefined;
  }
}

function hostOf(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
