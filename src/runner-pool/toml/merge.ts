import { groupBy } from '../../group-by.js';
import { isSame, isTable, type Table, type Value } from './toml.js';

export interface Conflict {
  /** `settings.kernel.lockdown`, `settings.container-registry.mirrors[docker.io].endpoint` */
  path: string;
  one: Value;
  other: Value;
}

/** Lists of tables that are maps by one of their keys, so that their order means nothing: by path, that key. */
export type ListKeys = ReadonlyMap<string, string>;

/** All that any of the tables says, key by key. Of values that differ it has the first. */
export function merged(tables: readonly Table[], listKeys: ListKeys): { table: Table; conflicts: readonly Conflict[] } {
  const conflicts: Conflict[] = [];

  function mergeTables(path: string, each: readonly Table[]): Table {
    const keys = new Set(each.flatMap((table) => Object.keys(table)));
    return Object.fromEntries(
      [...keys].map((key) => {
        const values = each.flatMap((table) => (Object.hasOwn(table, key) ? [table[key] as Value] : []));
        return [key, mergeValues(path ? `${path}.${key}` : key, values)];
      }),
    );
  }

  function mergeValues(path: string, values: readonly Value[]): Value {
    if (values.every(isTable)) return mergeTables(path, values);
    const key = listKeys.get(path);
    if (key && values.every(isListOfTables)) {
      const items = groupBy(values.flat(), (item) => `${item[key]}`);
      return [...items]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, same]) => mergeTables(`${path}[${name}]`, same));
    }
    const one = values[0] as Value;
    const other = values.find((value) => !isSame(value, one));
    if (other !== undefined) conflicts.push({ path, one, other });
    return one;
  }

  return { table: mergeTables('', tables), conflicts };
}

function isListOfTables(value: Value): value is readonly Table[] {
  return Array.isArray(value) && value.every(isTable);
}
