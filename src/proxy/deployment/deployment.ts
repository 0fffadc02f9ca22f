import type { V1Container, V1DeploymentSpec, V1PodSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { hardened, spread, unprivileged } from '../../kube/owned/pods.js';
import type { Deployment } from '../../kube/owned/resources.js';
import { CERTIFICATE_DIRECTORY, HTTPS_PORT, STATUS_PORT } from '../proxy.js';
import type { ProxySpec } from './objects.js';

export interface DeploymentInput {
  /** Of the ConfigMap. */
  name: string;
  spec: ProxySpec;
  /** Labels of its pods. */
  selector: Record<string, string>;
  certificateDigest: string | undefined;
}

/** On the pods. */
const CERTIFICATE = 'sallyport.dev/certificate';

/** Key of the ConfigMap. */
export const CONFIG_FILE = 'caddy.json';

const CONFIG_DIRECTORY = '/etc/sallyport/caddy';
/** An image pull, or a clone, that began before its pod was replaced ends within an hour. */
const GRACE_SECONDS = 3600;
/** The load balancer goes on with new connections until it has heard that the pod is going. */
const LAME_DUCK_SECONDS = 60;

/**
 * What changes of the configuration reaches running pods, which reload it and keep their streams. Another certificate does
 * not, since Caddy reads it when it starts: its digest is on the pods, so that they are replaced, one after the other.
 */
export function deploymentSpec({ name, spec, selector, certificateDigest }: DeploymentInput): V1DeploymentSpec {
  const annotations = certificateDigest && { [CERTIFICATE]: certificateDigest };
  return {
    replicas: spec.replicas,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: selector, ...(annotations && { annotations }) },
      spec: podSpec(name, spec, selector),
    },
  };
}

/** Of the certificate that its pods were started with. */
export function certificateDigestOf(deployment: Deployment | undefined): string | undefined {
  return deployment?.spec.template?.metadata?.annotations?.[CERTIFICATE];
}

function podSpec(name: string, { image, certificate }: ProxySpec, selector: Record<string, string>): V1PodSpec {
  const volumes: { volume: V1Volume; mount: Omit<V1VolumeMount, 'name'> }[] = [
    { volume: { name: 'config', configMap: { name } }, mount: { mountPath: CONFIG_DIRECTORY, readOnly: true } },
    { volume: { name: 'data', emptyDir: {} }, mount: { mountPath: '/data' } },
  ];
  if (certificate.secretName) {
    const secret = { secretName: certificate.secretName, defaultMode: 0o440 };
    volumes.push({
      volume: { name: 'certificate', secret },
      mount: { mountPath: CERTIFICATE_DIRECTORY, readOnly: true },
    });
  }
  const caddy: V1Container = {
    name: 'caddy',
    image,
    command: ['caddy', 'run', '--config', `${CONFIG_DIRECTORY}/${CONFIG_FILE}`, '--watch'],
    env: [
      { name: 'XDG_CONFIG_HOME', value: '/data' },
      { name: 'XDG_DATA_HOME', value: '/data' },
    ],
    ports: [
      { name: 'https', containerPort: HTTPS_PORT, protocol: 'TCP' },
      { name: 'status', containerPort: STATUS_PORT, protocol: 'TCP' },
    ],
    readinessProbe: { ...healthz, periodSeconds: 5 },
    livenessProbe: { ...healthz, periodSeconds: 10, failureThreshold: 6 },
    lifecycle: { preStop: { sleep: { seconds: LAME_DUCK_SECONDS } } },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } },
    securityContext: hardened,
    volumeMounts: volumes.map(({ volume, mount }) => ({ name: volume.name, ...mount })),
  };
  return {
    ...unprivileged,
    containers: [caddy],
    volumes: volumes.map(({ volume }) => volume),
    terminationGracePeriodSeconds: LAME_DUCK_SECONDS + GRACE_SECONDS,
    topologySpreadConstraints: spread(selector),
  };
}

const healthz = { httpGet: { path: '/healthz', port: 'status' }, timeoutSeconds: 5 };
