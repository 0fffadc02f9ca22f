import { parseCorefile } from '../corefile/parser.js';

/** What NodeLocal DNSCache writes the address of CoreDNS for, when it starts. */
const CLUSTER_DNS = '__PILLAR__CLUSTER__DNS__';

/**
 * Whether NodeLocal DNSCache, of this ConfigMap, asks others than the cluster's DNS about public names, as it does where
 * nobody has changed it.
 */
export function isBypassing({ Corefile = '' }: Readonly<Record<string, string>>, clusterIP = CLUSTER_DNS): boolean {
  const parsed = parseCorefile(Corefile);
  if (!parsed.ok) return true;
  const root = parsed.value.blocks.filter(({ keys }) => keys.some((key) => key === '.' || key.startsWith('.:')));
  const forwards = root.flatMap(({ directives }) => directives.filter(({ name }) => name === 'forward'));
  return !forwards.some(({ tokens }) => tokens.some(({ text }) => text === CLUSTER_DNS || text === clusterIP));
}
