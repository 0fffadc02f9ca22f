import { parse, stringify, TomlDate, TomlError } from 'smol-toml';

/** Integers are bigints, so that 1 and 1.0 stay what they are. */
export type Value = string | bigint | number | boolean | TomlDate | readonly Value[] | Table;

export interface Table {
  readonly [key: string]: Value;
}

export type Parsed = { ok: true; table: Table } | { ok: false; line: number; column: number; message: string };

export function parseToml(text: string): Parsed {
  try {
    return { ok: true, table: parse(text, { integersAsBigInt: true, unsafeKeyBehaviour: 'throw' }) as Table };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    // The rest of the message has lines of the text, and those may have secrets.
    const [message = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
    return { ok: false, line, column, message };
  }
}

/** The same bytes for the same tables, in whichever order their keys are. */
export function tomlText(table: Table): string {
  return stringify(sorted(table), { numbersAsFloat: true });
}

export function isSame(one: Value, other: Value): boolean {
  return tomlText({ value: one }) === tomlText({ value: other });
}

/** For messages. */
export function valueText(value: Value): string {
  return JSON.stringify(sorted(value), (_key, each) => (typeof each === 'bigint' ? Number(each) : each));
}

export function isTable(value: Value): value is Table {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof TomlDate);
}

function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] as Value)]),
  );
}
