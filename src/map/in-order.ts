/** AWS gives them in any order: the same estate is the same page. */
export function inOrder<T>(values: readonly T[], keys: (value: T) => readonly string[]): T[] {
  const keyed = values.map((value) => ({ value, key: keys(value).join('\n') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ value }) => value);
}
