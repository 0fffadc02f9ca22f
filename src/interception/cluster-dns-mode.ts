import { withoutRewrites, withRewrites } from '../corefile/edit.js';
import { markedRewrites } from '../corefile/marks.js';
import { type ClusterDns, corefileText } from './cluster-dns.js';
import { configMapText, type Edit, type EditingMode, refused } from './edit.js';
import { hindrancesOf } from './findings.js';

/** Lines in the cluster's own Corefile. */
export const clusterDnsMode: EditingMode = {
  put(dns, rewrites, marker) {
    const text = corefileText(dns);
    if (text === undefined) {
      return refused('NoCorefile', "this cluster's DNS has no Corefile in a ConfigMap to write to; use mode JobDNS");
    }
    const taken = markedRewrites(text).find(
      (line) => line.marker !== marker && rewrites.some(({ from }) => from === line.from),
    );
    if (taken)
      return refused(
        'HostTaken',
        `${taken.marker} leads ${taken.from} elsewhere already; take the host out of one of them`,
      );
    const result = withRewrites(text, rewrites, marker, { port: dns.port });
    if (!result.ok) {
      const where = configMapText(dns.corefile?.texts.name ?? '');
      return refused(
        'CorefileRefused',
        `${where} is left alone: ${result.error.message}; correct it, or use mode JobDNS`,
      );
    }
    const edit = editOf(dns, result.value.text);
    return { ok: true, draft: { ...(edit && { edit }), ...hindrancesOf(dns, result.value.findings) } };
  },
  take(dns, marker) {
    const text = corefileText(dns);
    return text === undefined ? undefined : editOf(dns, withoutRewrites(text, marker));
  },
  present(dns, marker) {
    const lines = markedRewrites(corefileText(dns) ?? '').filter((line) => line.marker === marker);
    return uniqueByName(lines.map(({ from, to }) => ({ from, to })));
  },
  otherWriter: ({ corefile }) => corefile?.texts.manager,
};

function editOf({ corefile }: ClusterDns, text: string): Edit | undefined {
  if (!corefile || corefile.texts.data[corefile.key] === text) return undefined;
  const { name, resourceVersion } = corefile.texts;
  return { configMap: name, resourceVersion, key: corefile.key, text };
}

/** A name that comes to several server blocks has a line in each. */
function uniqueByName<T extends { from: string }>(all: readonly T[]): T[] {
  return all.filter(({ from }, index) => all.findIndex((each) => each.from === from) === index);
}
