import { describe, expect, it } from '@jest/globals';
import { clusterDnsMode } from '../../../src/interception/cluster-dns-mode.js';
import { coreDnsImportMode } from '../../../src/interception/coredns-import-mode.js';
import type { Drafted } from '../../../src/interception/edit.js';
import { clusterDns, corefile, importing, line, marker, rewrites } from './build.js';

const written = corefile.replace('{\n', `{\n${line}`);
const key = 'sallyport-default.gitlab.server';
const block = `# managed by sallyport.dev: default/gitlab
gitlab.example.com:53 {
    errors
    rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
}
`;

function reasonOf(drafted: Drafted): string {
  return drafted.ok ? (drafted.draft.blocker?.reason ?? 'none') : drafted.problem.reason;
}

describe('ClusterDNS', () => {
  it('writes its lines under the version that was read, and only where they are missing', () => {
    expect(clusterDnsMode.put(clusterDns(), rewrites, marker)).toMatchObject({
      ok: true,
      draft: { edit: { configMap: 'coredns', resourceVersion: '7', key: 'Corefile', text: written } },
    });
    const there = clusterDnsMode.put(clusterDns(written), rewrites, marker);
    expect(there).toEqual({ ok: true, draft: { advice: [] } });
  });

  it('puts back the rewrites of before, and takes out all, to the former bytes', () => {
    const second = { from: 'registry.example.com', to: 'registry.privatelink.example.com' };
    const both = clusterDnsMode.put(clusterDns(written), [...rewrites, second], marker);
    const text = (both.ok && both.draft.edit?.text) || '';
    expect(clusterDnsMode.present(clusterDns(text), marker)).toEqual([...rewrites, second]);
    expect(clusterDnsMode.put(clusterDns(text), rewrites, marker)).toMatchObject({
      draft: { edit: { text: written } },
    });
    expect(clusterDnsMode.put(clusterDns(text), [], marker)).toMatchObject({ draft: { edit: { text: corefile } } });
    expect(clusterDnsMode.take(clusterDns(text), marker)).toMatchObject({ text: corefile });
    expect(clusterDnsMode.take(clusterDns(), marker)).toBeUndefined();
  });

  it.each([
    ['none', clusterDns()],
    ['Autopath', clusterDns(corefile.replace('errors', 'autopath @kubernetes'))],
    ['RestartNeeded', clusterDns(corefile.replace('    reload\n', ''))],
    ['NodeLocalDNSCache', clusterDns(corefile, { hasNodeLocalCache: true })],
    ['CorefileRefused', clusterDns('. {')],
    ['HostTaken', clusterDns(written.replace('default/gitlab', 'default/other'))],
  ])('says %s', (reason, dns) => {
    expect(reasonOf(clusterDnsMode.put(dns, rewrites, marker))).toBe(reason);
  });

  it('advises of the EKS add-on', () => {
    const drafted = clusterDnsMode.put(clusterDns(corefile, { isEksAddOn: true }), rewrites, marker);
    expect(drafted).toMatchObject({ draft: { advice: [expect.stringContaining('EKS add-on')] } });
  });
});

describe('CoreDNSImport', () => {
  it('writes one key, and only where it is not as it should be', () => {
    const edit = { configMap: 'coredns-custom', resourceVersion: '8', key, text: block };
    const put = (custom: Record<string, string>) =>
      coreDnsImportMode.put(clusterDns(importing, { custom }), rewrites, marker);
    expect(put({})).toEqual({ ok: true, draft: { edit, advice: [] } });
    expect(put({ [key]: `${block}# edited\n` })).toMatchObject({ draft: { edit } });
    expect(put({ [key]: block })).toEqual({ ok: true, draft: { advice: [] } });
  });

  it('knows its own key, and takes out nothing else', () => {
    const there = clusterDns(importing, { custom: { [key]: block } });
    expect(coreDnsImportMode.present(there, marker)).toEqual(rewrites);
    expect(coreDnsImportMode.take(there, marker)).toMatchObject({ key, text: null });
    const theirs = clusterDns(importing, { custom: { [key]: '# of a person\n' } });
    expect(coreDnsImportMode.take(theirs, marker)).toBeUndefined();
  });

  it('is bound where the block is that answers now, on its port', () => {
    const text = importing.replace('.:53', 'dns://.:5353').replace('errors', 'bind 10.0.0.1');
    const drafted = coreDnsImportMode.put(clusterDns(text, { custom: {}, port: 5353 }), rewrites, marker);
    const blocks = drafted.ok && drafted.draft.edit?.text;
    expect(blocks).toMatch(/^gitlab\.example\.com:5353 \{\n {4}errors\n {4}bind 10\.0\.0\.1\n/m);
  });

  const other = { 'other.server': 'gitlab.example.com {\n    forward . 10.0.0.2\n}\n' };
  it.each([
    ['none', clusterDns(importing.replace('custom/', '/etc/coredns/custom/'), { custom: {} })],
    ['NotImported', clusterDns(importing)],
    ['NotImported', clusterDns(corefile, { custom: {} })],
    ['NotImported', clusterDns(importing.replace('*.server', '*.override'), { custom: {} })],
    ['NotImported', clusterDns(importing.replace('custom/', 'else/'), { custom: {} })],
    ['NotImported', clusterDns(corefile.replace('errors', 'import custom/*.server'), { custom: {} })],
    ['ServerBlockTaken', clusterDns(importing, { custom: other })],
    ['NoForward', clusterDns(importing.replace(/ {4}forward[^}]*\}\n/, ''), { custom: {} })],
    ['Autopath', clusterDns(importing.replace('errors', 'autopath @kubernetes'), { custom: {} })],
  ])('says %s', (reason, dns) => {
    expect(reasonOf(coreDnsImportMode.put(dns, rewrites, marker))).toBe(reason);
  });
});
