import { clusterDnsMode } from './cluster-dns-mode.js';
import { coreDnsImportMode } from './coredns-import-mode.js';
import type { EditingMode } from './edit.js';

export const editingModes = {
  ClusterDNS: clusterDnsMode,
  CoreDNSImport: coreDnsImportMode,
} satisfies Record<string, EditingMode>;
export type EditingModeName = keyof typeof editingModes;
