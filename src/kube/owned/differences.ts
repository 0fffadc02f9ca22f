/**
 * Paths at which `live` is not what `desired` says: `spec.replicas`. What it has besides is the API server's or somebody's,
 * and let be. Elements of a list that have names are looked for by them, as server-side apply does; other lists are whole.
 */
export function differences(desired: unknown, live: unknown, path = ''): string[] {
  // The API server leaves out what is empty.
  if (isEmpty(desired)) return live === undefined || isEmpty(live) ? [] : [path];
  if (Array.isArray(desired)) {
    if (!Array.isArray(live)) return [path];
    if (desired.every(isNamed)) {
      return desired.flatMap((each) => {
        const same = live.filter(isNamed).find(({ name }) => name === each.name);
        return differences(each, same, `${path}[${each.name}]`);
      });
    }
    if (desired.length !== live.length) return [path];
    return desired.flatMap((each, index) => differences(each, live[index], `${path}[${index}]`));
  }
  if (!isRecord(desired)) return desired === live ? [] : [path];
  if (!isRecord(live)) return [path];
  return Object.entries(desired).flatMap(([key, each]) => differences(each, live[key], path ? `${path}.${key}` : key));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamed(value: unknown): value is { name: string } {
  return isRecord(value) && typeof value.name === 'string';
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
