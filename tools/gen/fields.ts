import type { Schema } from './crd.js';
import { withTable } from './table.js';

/** The page with its table of fields made anew. */
export function withFields(page: string, root: Schema): string {
  const rows = ['spec', 'status'].flatMap((part) => rowsOf(part, root.properties?.[part] ?? {}, false).slice(1));
  return withTable(page, 'fields', ['field', 'type', 'what it means'], rows);
}

function rowsOf(path: string, schema: Schema, required: boolean): string[][] {
  if (!schema.description && path.includes('.')) throw new Error(`${path} has no description in the CRD`);
  const notes = [
    required && 'Required.',
    schema.description,
    schema.enum && `One of ${schema.enum.map((value) => `\`${value}\``).join(', ')}.`,
    schema.default !== undefined && `Default: \`${defaultText(schema.default)}\`.`,
  ];
  const row = [`\`${path}\``, typeOf(schema), notes.filter(Boolean).join(' ')];
  // Conditions are the same in every kind of Kubernetes.
  if (path === 'status.conditions') return [row];
  const inner = schema.items ?? schema;
  const prefix = schema.items ? `${path}[]` : path;
  const names = Object.entries(inner.properties ?? {});
  const isRequired = (name: string) =>
    Array.isArray(inner.required) && inner.required.includes(name) && path.startsWith('spec');
  return [row, ...names.flatMap(([name, child]) => rowsOf(`${prefix}.${name}`, child, isRequired(name)))];
}

function defaultText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function typeOf({ type, items, additionalProperties }: Schema): string {
  if (items) return `list of ${typeOf(items)}`;
  return type === 'object' && additionalProperties ? 'map' : String(type);
}
