import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { ManifestError, readManifests } from './manifests.js';

export type Rendered =
  | { ok: true; text: string /** What else there is to know, a sentence each. */; advice?: readonly string[] }
  | { ok: false; message: string };

/** What `render` makes of the one PrivateLinkEndpoint in the manifests that has `part` in its spec. */
export async function renderEndpoint(
  paths: readonly string[],
  part: 'proxy' | 'interception',
  render: (endpoint: PrivateLinkEndpoint) => Rendered,
): Promise<Rendered> {
  try {
    const { endpoints } = await readManifests(paths);
    const [endpoint, ...others] = endpoints.filter(({ spec }) => spec[part]);
    if (!endpoint) return { ok: false, message: `there is no PrivateLinkEndpoint with spec.${part}` };
    if (others.length > 0) return { ok: false, message: `there are several PrivateLinkEndpoints with spec.${part}` };
    return render(endpoint);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return { ok: false, message: error.message };
  }
}
