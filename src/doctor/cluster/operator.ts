import type { KubeClient } from '../../kube/client.js';
import { type Lease, leases } from '../../kube/leader.js';
import { type KubeObject, objectKey, type Resource } from '../../kube/resource.js';
import type { Finding } from '../finding.js';
import { tagOf } from '../image.js';

interface Pod extends KubeObject {
  spec: {
    serviceAccountName?: string;
    containers: { image?: string; env?: { name: string; value?: string }[] }[];
  };
}
const pods: Resource<Pod> = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };

/** An install: its Lease, and the pod that holds it where that can be seen. */
export interface InstallFacts {
  lease: Lease;
  pod?: Pod;
}

/** @throws KubeError */
export async function observeInstalls(
  client: KubeClient,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<InstallFacts[]> {
  const { items } = await client.list(leases, { namespace, fieldSelector: 'metadata.name=sallyport', signal });
  return Promise.all(
    items.map(async (lease) => {
      const { holderIdentity: name } = lease.spec;
      const pod = name ? await client.get(pods, { ...lease.metadata, name }, { signal }) : undefined;
      return { lease, ...(pod && { pod }) };
    }),
  );
}

const LOGS = 'kubectl logs -l app.kubernetes.io/name=sallyport';

/** @param now milliseconds since 1970, by the API server's clock */
export function installFindings(installs: readonly InstallFacts[], now: number): Finding[] {
  if (installs.length === 0) {
    const message = 'no operator has run here yet: there is no Lease sallyport';
    return [{ check: 'operator', subject: 'Lease sallyport', level: 'note', message, next: 'docs/install.md' }];
  }
  return installs.map(({ lease }) => leaseFinding(lease, now));
}

function leaseFinding({ metadata, spec }: Lease, now: number): Finding {
  const about = { check: 'operator', subject: `Lease ${objectKey(metadata)}` } as const;
  const { holderIdentity, renewTime = '', acquireTime = '', leaseDurationSeconds = 15 } = spec;
  const next = `${LOGS} -n ${metadata.namespace}`;
  if (!holderIdentity) {
    return {
      ...about,
      level: 'failure',
      message: `no operator runs in ${metadata.namespace}: nobody holds its Lease`,
      next,
    };
  }
  const quietS = (now - Date.parse(renewTime)) / 1000;
  // A clock that is a little off, and a renewal that is under way.
  if (quietS > 4 * leaseDurationSeconds) {
    const message = `${holderIdentity} holds the Lease in ${metadata.namespace} and has not renewed it for ${ageText(quietS)}: it is gone, or can't reach the API server`;
    return { ...about, level: 'failure', message, next };
  }
  const since = ageText((now - Date.parse(acquireTime)) / 1000);
  return { ...about, level: 'ok', message: `${holderIdentity} in ${metadata.namespace} leads, since ${since}` };
}

/** `12 d` */
export function ageText(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** What runs: `0.1.0`, of its image's tag. */
export function runningVersions(installs: readonly InstallFacts[]): string[] {
  return installs.flatMap(({ pod }) => (pod?.spec.containers ?? []).flatMap(({ image = '' }) => tagOf(image) ?? []));
}

/** What a variable of their environments is set to. */
export function settings(installs: readonly InstallFacts[], variable: string): string[] {
  const containers = installs.flatMap(({ pod }) => pod?.spec.containers ?? []);
  return containers.flatMap(({ env = [] }) => env.find(({ name }) => name === variable)?.value ?? []);
}
