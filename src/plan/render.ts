import { ManifestError, type Manifests, readManifests } from './manifests.js';

export type Rendered =
  | { ok: true; text: string /** What else there is to know, a sentence each. */; advice?: readonly string[] }
  | { ok: false; message: string };

/** What `render` makes of the one resource that `find` finds in the manifests; `what`: `RunnerPool`. */
export async function renderOne<Resource>(
  paths: readonly string[],
  what: string,
  find: (manifests: Manifests) => readonly Resource[],
  render: (resource: Resource, manifests: Manifests) => Rendered,
): Promise<Rendered> {
  try {
    const manifests = await readManifests(paths);
    const [found, ...others] = find(manifests);
    if (!found) return { ok: false, message: `there is no ${what}` };
    if (others.length > 0) return { ok: false, message: `there are several of ${what}; name the file of one with -f` };
    return render(found, manifests);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return { ok: false, message: error.message };
  }
}
