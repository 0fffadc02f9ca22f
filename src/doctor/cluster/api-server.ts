import { HttpMethod, type KubeConfig } from '@kubernetes/client-node';
import { noAnswer, parseStatus, refused } from '../../kube/error.js';
import { Transport } from '../../kube/transport.js';
import type { Hour } from '../clock.js';
import type { Finding } from '../finding.js';

/** What the API server says of itself. */
export interface ApiServerFacts {
  /** `v1.36.3`, with what a provider appends: `v1.33.4-eks-99bf93d`. */
  gitVersion: string;
  hour: Hour;
}

/** @throws KubeError */
export async function observeApiServer(config: KubeConfig, signal: AbortSignal): Promise<ApiServerFacts> {
  const call = 'get /version';
  const { httpStatusCode, headers, body } = await new Transport(config)
    .send({ method: HttpMethod.GET, path: '/version', contentType: undefined, signal })
    .catch((error) => Promise.reject(noAnswer(`${call} of ${config.getCurrentCluster()?.server}`, error)));
  const hour = { whose: 'the API server', date: headers.date ?? '', at: Date.now() };
  const text = await body.text();
  if (httpStatusCode !== 200) throw refused(call, httpStatusCode, parseStatus(text));
  return { gitVersion: (JSON.parse(text) as { gitVersion: string }).gitVersion, hour };
}

/**
 * The oldest minor that takes the CRDs: their rules call ip() and cidr(), which 1.30 brought, and which the API server takes in
 * new rules one minor later. https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library
 */
export const OLDEST_MINOR = 31;
/** What Sallyport is tested with. */
export const TESTED_MINOR = 36;

export function versionFindings({ gitVersion }: Pick<ApiServerFacts, 'gitVersion'>): Finding[] {
  const about = { check: 'cluster', subject: 'Kubernetes' } as const;
  const [, version, major, minor] = /^v((\d+)\.(\d+)\.\d+)/.exec(gitVersion) ?? [];
  if (!version) {
    const message = `the API server says of its version only ${gitVersion}`;
    return [{ ...about, level: 'unchecked', message, next: 'kubectl version' }];
  }
  if (Number(major) !== 1 || Number(minor) < OLDEST_MINOR) {
    const message = `Kubernetes ${version} doesn't take the CRDs, whose rules call functions that 1.${OLDEST_MINOR} brought`;
    return [{ ...about, level: 'failure', message, next: `upgrade the cluster to 1.${OLDEST_MINOR} or later` }];
  }
  if (Number(minor) > TESTED_MINOR) {
    const message = `Kubernetes ${version} is newer than 1.${TESTED_MINOR}, which Sallyport is tested with`;
    return [{ ...about, level: 'note', message, next: 'see whether there is a newer Sallyport' }];
  }
  return [
    { ...about, level: 'ok', message: `Kubernetes ${version} is supported (1.${OLDEST_MINOR} to 1.${TESTED_MINOR})` },
  ];
}
