import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from './api-server.js';
import { eventually } from './eventually.js';

/** Applies crds/ and waits until their kinds are served. */
export async function applyCrds(server: ApiServer): Promise<void> {
  await server.kubectl('apply', '--server-side', '-f', 'crds');
  await kindsServed(server);
}

/**
 * Waits until the kinds of all CRDs are served. `kubectl wait` for their condition would fail where kube-apiserver has not
 * looked at one yet, whose conditions are null.
 */
export async function kindsServed(server: ApiServer): Promise<void> {
  const names = await server.kubectl('get', 'crds', '-o', 'jsonpath={.items[*].metadata.name}');
  await eventually(() => server.kubectl('get', names.split(' ').join(), '--all-namespaces'));
}

/**
 * Touches CRDs that are being deleted until `deletion` is done. Where somebody else writes a CRD's status at the same moment,
 * kube-apiserver's finalizer of CRDs lets it be until it hears of the CRD again, which may be the resync five minutes later.
 */
export async function hurried<T>(server: ApiServer, deletion: Promise<T>): Promise<T> {
  const done = new AbortController();
  const touching = touch(server, done.signal);
  try {
    return await deletion;
  } finally {
    done.abort();
    await touching;
  }
}

async function touch(server: ApiServer, signal: AbortSignal): Promise<void> {
  const deleted = 'jsonpath={range .items[?(@.metadata.deletionTimestamp)]}{.metadata.name} {end}';
  for (let count = 0; !signal.aborted; count++) {
    const names = (await server.kubectl('get', 'crds', '-o', deleted).catch(() => '')).split(' ').filter(Boolean);
    // One may have gone meanwhile.
    for (const name of names) {
      await server.kubectl('annotate', 'crd', name, '--overwrite', `touched=${count}`).catch(() => {});
    }
    await sleep(1_000, undefined, { signal }).catch(() => {});
  }
}

/** `kubectl apply` of objects; rejects with what kubectl said. */
export async function applyObjects(server: ApiServer, ...items: object[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-apply-'));
  try {
    const file = join(folder, 'objects.json');
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await server.kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
