import { createHash } from 'node:crypto';
import type { V1Container, V1DeploymentSpec, V1EnvVar, V1PodDNSConfig } from '@kubernetes/client-node';
import { durationMs } from '../../duration.js';
import { hardened, unprivileged } from '../../kube/owned/pods.js';
import { CONFIG_DIRECTORY, type Gitlab, METRICS_PORT, TOKEN_VARIABLE } from './config.js';
import { AWS_KEYS } from './secrets.js';

export interface DeploymentInput {
  /** Of the ConfigMap and of the service account. */
  name: string;
  gitlab: Gitlab;
  /** Labels of its pods. */
  selector: Record<string, string>;
  /** What the ConfigMap has. */
  files: Record<string, string>;
  /** See secretsDigest. */
  secretsDigest: string;
  /** Absent: the cluster's own. */
  dnsConfig?: V1PodDNSConfig;
}

/** Key of the ConfigMap. */
export const CONFIG_FILE = 'config.toml';

/** gitlab-runner keeps each job's log in a file. */
const SCRATCH = '/tmp';

/**
 * A manager is replaced by one that starts first. GitLab knows several under one token, so that there is nothing to register,
 * and the former one asks for no more jobs.
 */
export function deploymentSpec(input: DeploymentInput): V1DeploymentSpec {
  const { name, gitlab, selector, files, secretsDigest, dnsConfig } = input;
  const config = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const annotations = { 'sallyport.dev/config': config, 'sallyport.dev/secrets': secretsDigest };
  return {
    replicas: 1,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: selector, annotations },
      spec: {
        ...unprivileged,
        // It makes the jobs' pods.
        serviceAccountName: name,
        automountServiceAccountToken: true,
        ...(dnsConfig && { dnsPolicy: 'None', dnsConfig }),
        containers: [container(gitlab)],
        volumes: [
          { name: 'config', configMap: { name } },
          { name: 'scratch', emptyDir: {} },
        ],
        terminationGracePeriodSeconds: durationMs(gitlab.shutdownGrace) / 1_000,
      },
    },
  };
}

function container(gitlab: Gitlab): V1Container {
  const { image, tokenSecret, cache } = gitlab;
  return {
    name: 'gitlab-runner',
    image,
    command: ['gitlab-runner', 'run', '--config', `${CONFIG_DIRECTORY}/${CONFIG_FILE}`, '--working-directory', SCRATCH],
    env: [
      { name: 'HOME', value: SCRATCH },
      fromSecret(TOKEN_VARIABLE, tokenSecret.name, tokenSecret.key),
      ...(cache?.secretName ? AWS_KEYS.map((key) => fromSecret(key, cache.secretName, key)) : []),
    ],
    ports: [{ name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' }],
    // It listens once it has read its config.
    readinessProbe: { ...metrics, periodSeconds: 5 },
    livenessProbe: { ...metrics, periodSeconds: 30, failureThreshold: 6 },
    lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', FINISH] } } },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } },
    securityContext: { ...hardened, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: 'scratch', mountPath: SCRATCH },
    ],
  };
}

/**
 * With SIGQUIT, gitlab-runner takes no more jobs and ends when those that it has do: the container, and this with it. Until
 * then Kubernetes does not send SIGTERM, by which they would be lost.
 */
const FINISH = 'kill -QUIT 1; while sleep 1; do :; done';

const metrics = { httpGet: { path: '/metrics', port: 'metrics' }, timeoutSeconds: 5 };

function fromSecret(name: string, secretName: string | undefined, key: string): V1EnvVar {
  return { name, valueFrom: { secretKeyRef: { ...(secretName && { name: secretName }), key } } };
}
