import type { RunnerPoolSpec } from '../../api/runner-pool.gen.js';
import { type Table, tomlText } from '../toml/toml.js';
import type { Mirror } from './mirrors.js';
import type { NodeFile } from './result.js';

/**
 * What containerd reads of a registry: hosts in the order in which they are asked, and the server, which is asked last.
 * Without one, that is the registry itself.
 * @see https://github.com/containerd/containerd/blob/main/docs/hosts.md
 */
export function hostsFile({ registry, endpoints }: Mirror, fallback: 'Allow' | 'Deny'): NodeFile {
  const server = fallback === 'Deny' ? endpoints.at(-1) : undefined;
  const sections = [
    ...(server ? [{ server, ...asked(server) }] : []),
    ...endpoints.filter((each) => each !== server).map((each) => ({ host: { [each]: asked(each) } })),
  ];
  const path = `/etc/containerd/certs.d/${registry}/hosts.toml`;
  return { path, content: sections.map(tomlText).join('\n') };
}

function asked(endpoint: string): Table {
  return {
    capabilities: ['pull', 'resolve'],
    // Else /v2 is put behind the path.
    ...(new URL(endpoint).pathname !== '/' && { override_path: true }),
  };
}

export function hostsFiles(mirrors: readonly Mirror[], nodes: RunnerPoolSpec['nodes']): NodeFile[] {
  return mirrors.map((mirror) => hostsFile(mirror, nodes.registries?.fallback ?? 'Allow'));
}
