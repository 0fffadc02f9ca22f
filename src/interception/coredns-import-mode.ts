import { posix } from 'node:path';
import { findingsOf } from '../corefile/findings.js';
import type { Rewrite } from '../corefile/marks.js';
import { type Corefile, parseCorefile } from '../corefile/parser.js';
import { type ClusterDns, CUSTOM_CONFIG_MAP, corefileText } from './cluster-dns.js';
import { configMapText, type Drafted, type Edit, type EditingMode, refused } from './edit.js';
import { hindrancesOf } from './findings.js';
import { readServerBlocks, serverBlocks, zonesOf } from './server-block.js';

/** Server blocks in a key of coredns-custom, where the live Corefile imports it. */
export const coreDnsImportMode: EditingMode = {
  put(dns, rewrites, marker) {
    const parsed = parseCorefile(corefileText(dns) ?? '');
    if (!parsed.ok || !isImported(dns, parsed.value, keyOf(marker))) {
      const message = `no import in the live Corefile brings in ${keyOf(marker)} of ${configMapText(CUSTOM_CONFIG_MAP)}, so nothing is written there`;
      return refused(
        'NotImported',
        `${message}; mount it and write import custom/*.server, or use mode ClusterDNS or JobDNS`,
      );
    }
    return draft(dns, parsed.value, rewrites, marker);
  },
  take(dns, marker) {
    return readServerBlocks(ownText(dns, marker), marker).length > 0 ? editOf(dns, marker, null) : undefined;
  },
  present: (dns, marker) => readServerBlocks(ownText(dns, marker), marker),
  otherWriter: ({ custom }) => custom?.texts?.manager,
};

/** A namespace has no dot, so that no other resource has the same. */
function keyOf(marker: string): string {
  return `sallyport-${marker.replace('/', '.')}.server`;
}

function ownText({ custom }: ClusterDns, marker: string): string | undefined {
  return custom?.texts?.data[keyOf(marker)];
}

/** Whether CoreDNS loads this key of coredns-custom. */
export function isImported({ corefile, custom }: ClusterDns, { imports }: Corefile, key: string): boolean {
  if (!corefile || !custom) return false;
  return imports.some(({ pattern }) => {
    const [before = '', after, ...more] = posix.resolve(corefile.directory, pattern).split('*');
    const path = posix.join(custom.directory, key);
    if (after === undefined) return path === before;
    const middle = path.slice(before.length, path.length - after.length);
    return more.length === 0 && path.startsWith(before) && path.endsWith(after) && !middle.includes('/');
  });
}

function draft(dns: ClusterDns, corefile: Corefile, rewrites: readonly Rewrite[], marker: string): Drafted {
  const others = Object.entries(dns.custom?.texts?.data ?? {}).filter(([key]) => key !== keyOf(marker));
  const zones = [corefile.text, ...others.map(([, text]) => text)].flatMap(zonesOf);
  const taken = rewrites.find(({ from }) => zones.includes(from));
  if (taken) {
    return refused(
      'ServerBlockTaken',
      `there is a server block for ${taken.from}, and CoreDNS takes one only; take it out, or use mode JobDNS`,
    );
  }
  const text = rewrites.length > 0 ? serverBlocks(corefile, rewrites, marker, dns.port) : null;
  if (text === undefined) {
    return refused(
      'NoForward',
      'the server block that answers now has no forward to copy; use mode ClusterDNS or JobDNS',
    );
  }
  const edit = ownText(dns, marker) === (text ?? undefined) ? undefined : editOf(dns, marker, text);
  // Where it is imported is what this mode is about, and its own block takes no heed of other rewrites.
  const kinds = ['Autopath', 'NoReload', 'KeyFromEnvironment'];
  const findings = findingsOf(corefile, rewrites, marker, dns.port).filter(({ kind }) => kinds.includes(kind));
  return { ok: true, draft: { ...(edit && { edit }), ...hindrancesOf(dns, findings) } };
}

function editOf({ custom }: ClusterDns, marker: string, text: string | null): Edit {
  const { resourceVersion } = custom?.texts ?? {};
  return { configMap: CUSTOM_CONFIG_MAP, ...(resourceVersion && { resourceVersion }), key: keyOf(marker), text };
}
