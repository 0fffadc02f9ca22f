import type { Schema } from './crd.js';

const START = '<!-- fields: written by `npm run gen` from the CRD -->';
const END = '<!-- end of fields -->';

/** The page with its table of fields made anew. */
export function withFields(page: string, root: Schema): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the page lacks the lines ${START} and ${END}`);
  const rows = ['spec', 'status'].flatMap((part) => rowsOf(part, root.properties?.[part] ?? {}, false).slice(1));
  const table = ['| field | type | what it means |', '| --- | --- | --- |', ...rows].join('\n');
  return `${page.slice(0, start + START.length)}\n\n${table}\n\n${page.slice(end)}`;
}

function rowsOf(path: string, schema: Schema, required: boolean): string[] {
  const notes = [
    required && 'Required.',
    schema.description,
    schema.enum && `One of ${schema.enum.map((value) => `\`${value}\``).join(', ')}.`,
    schema.default !== undefined && `Default: \`${defaultText(schema.default)}\`.`,
  ];
  const row = `| \`${path}\` | ${typeOf(schema)} | ${notes.filter(Boolean).join(' ')} |`;
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
