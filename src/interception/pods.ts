import { posix } from 'node:path';
import type { KubeObject, Resource } from '../kube/resource.js';
import { CUSTOM_CONFIG_MAP, type Resolver } from './cluster-dns.js';

/** Those of its fields that are read here. */
export interface Service extends KubeObject {
  spec: { clusterIP?: string; selector?: Record<string, string>; ports?: ServicePort[] };
}

interface ServicePort {
  port: number;
  targetPort?: number | string;
}

export interface Pod extends KubeObject {
  spec: {
    containers: {
      args?: string[];
      ports?: { name?: string; containerPort: number }[];
      volumeMounts?: { name: string; mountPath: string; subPath?: string }[];
    }[];
    volumes?: { name: string; configMap?: { name?: string; items?: { key: string; path: string }[] } }[];
  };
  status?: { podIP?: string; conditions?: { type: string; status: string }[] };
}

const core = { group: '', version: 'v1', namespaced: true };
export const services: Resource<Service> = { ...core, plural: 'services', kind: 'Service' };
export const pods: Resource<Pod> = { ...core, plural: 'pods', kind: 'Pod' };

const DNS_PORT = 53;

/** The pods behind these ports of a Service that can be asked: they have an address, and are to stay. */
export function resolversOf(ports: readonly ServicePort[], behind: readonly Pod[]): Resolver[] {
  return behind.flatMap((pod): Resolver[] => {
    const address = pod.status?.podIP;
    if (!address || pod.metadata.deletionTimestamp) return [];
    const ready = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
    return [{ pod: pod.metadata.name, address, port: targetPort(ports, pod), ready }];
  });
}

/** The container's port behind the Service's. */
function targetPort(ofService: readonly ServicePort[], pod: Pod): number {
  const { targetPort = DNS_PORT } = ofService.find(({ port }) => port === DNS_PORT) ?? {};
  if (typeof targetPort === 'number') return targetPort;
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  return ports.find(({ name }) => name === targetPort)?.containerPort ?? DNS_PORT;
}

export interface Mounts {
  corefile?: { configMap: string; key: string; directory: string; isSubPath: boolean };
  /** The folder that coredns-custom is mounted at. */
  custom?: string;
}

/** Which ConfigMaps a pod of CoreDNS has its configuration from. */
export function mountsOf({ spec }: Pod): Mounts {
  const args = spec.containers.flatMap((container) => container.args ?? []);
  const path = args[args.indexOf('-conf') + 1] ?? '';
  if (!args.includes('-conf') || !path) return {};
  const directory = posix.dirname(path);
  const mounts = spec.containers.flatMap((container) => container.volumeMounts ?? []);
  const found: Mounts = {};
  for (const { name, mountPath, subPath } of mounts) {
    const configMap = spec.volumes?.find((volume) => volume.name === name)?.configMap;
    if (!configMap?.name) continue;
    const keyAt = (file: string) => configMap.items?.find((item) => item.path === file)?.key ?? file;
    if (configMap.name === CUSTOM_CONFIG_MAP) found.custom = mountPath;
    else if (mountPath === directory) {
      found.corefile = { configMap: configMap.name, key: keyAt(posix.basename(path)), directory, isSubPath: false };
    } else if (mountPath === path && subPath) {
      found.corefile = { configMap: configMap.name, key: keyAt(subPath), directory, isSubPath: true };
    }
  }
  return found;
}
