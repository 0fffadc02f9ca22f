import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServer } from './api-server.js';

/** Applies crds/ and waits until their kinds are served. */
export async function applyCrds(server: ApiServer): Promise<void> {
  await server.kubectl('apply', '--server-side', '-f', 'crds');
  await server.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s');
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
