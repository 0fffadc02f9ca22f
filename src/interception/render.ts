import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { withRewrites } from '../corefile/edit.js';
import { findingText } from '../corefile/words.js';
import type { Rendered } from '../plan/render.js';
import { wishOf } from './wish.js';

/** The Corefile of the cluster's DNS as the mode ClusterDNS has it. */
export function renderCorefile(endpoint: PrivateLinkEndpoint, corefile: string): Rendered {
  const { marker, mode, rewrites, publicNames } = wishOf(endpoint);
  if (mode !== 'Auto' && mode !== 'ClusterDNS') {
    return { ok: false, message: `${marker} has mode ${mode}, which leaves the Corefile of the cluster's DNS alone` };
  }
  const edit = withRewrites(corefile, rewrites, marker);
  if (!edit.ok) return { ok: false, message: `the Corefile is left alone: ${edit.error.message}` };
  const unled = publicNames.filter((name) => !rewrites.some(({ from }) => from === name));
  return {
    ok: true,
    text: edit.value.text,
    advice: [
      ...unled.map((name) => `${name} is led nowhere: its host has no private name`),
      ...edit.value.findings.map(findingText),
    ],
  };
}
