import type { JSONSchema } from 'json-schema-to-typescript';

/** What of a CustomResourceDefinition is read here. */
export interface Crd {
  spec: {
    group: string;
    scope: 'Cluster' | 'Namespaced';
    names: { kind: string; plural: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

export interface Schema extends JSONSchema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** `AwsAccount` is in files named aws-account. */
export function fileName(kind: string): string {
  return kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
