import { isTable, type Table, type Value } from './toml.js';

export type Kind = 'any' | 'string' | 'whole number' | 'boolean' | 'list of strings' | 'list of lists of strings';

/** Which keys a table has, and what they hold. `*` stands for all others. Of a list, each item is looked at. */
export interface Shape {
  readonly [key: string]: Shape | Kind;
}

export interface Mismatch {
  /** `pki.corporate.trust` */
  path: string;
  /** What it had to be. Absent: the key is none of the shape's. */
  kind?: Kind | 'table';
}

/** Keys of one kind, written with spaces between them. */
export function keys<K extends Kind>(kind: K, names: string): Record<string, K> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]));
}

export function mismatches(table: Table, shape: Shape, path = ''): Mismatch[] {
  return Object.entries(table).flatMap(([key, value]) => {
    const where = path ? `${path}.${key}` : key;
    const wanted = Object.hasOwn(shape, key) ? shape[key] : shape['*'];
    if (wanted === undefined) return [{ path: where }];
    if (typeof wanted === 'string') return is(value, wanted) ? [] : [{ path: where, kind: wanted }];
    const tables = Array.isArray(value) ? value : [value];
    return tables.every(isTable)
      ? tables.flatMap((each) => mismatches(each, wanted, where))
      : [{ path: where, kind: 'table' as const }];
  });
}

function is(value: Value, kind: Kind): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'whole number':
      return typeof value === 'bigint';
    case 'list of strings':
      return Array.isArray(value) && value.every((each) => is(each, 'string'));
    case 'list of lists of strings':
      return Array.isArray(value) && value.every((each) => is(each, 'list of strings'));
    default:
      return typeof value === kind;
  }
}
