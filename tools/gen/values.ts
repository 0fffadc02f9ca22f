import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { withTable } from './table.js';

/** The page with its table of a chart's values made anew. What a value means is the comment above it. */
export function withValues(page: string, values: string): string {
  const { contents } = parseDocument(values);
  if (!isMap(contents)) throw new Error('values are no map');
  return withTable(page, 'values', ['value', 'default', 'what it means'], rowsOf('', contents));
}

function rowsOf(prefix: string, map: YAMLMap): string[][] {
  return map.items.flatMap((pair, i) => {
    const { key, value } = pair as Pair;
    if (!isScalar(key)) throw new Error(`${prefix} has a key that is not plain`);
    // The comment above the first key of a map is the map's.
    const comment = key.commentBefore ?? (i === 0 ? map.commentBefore : undefined);
    const meaning = (comment ?? '').replace(/^ /gm, '').replaceAll('\n', ' ').trim();
    const path = `${prefix}${key.value}`;
    if (isMap(value) && value.items.length > 0 && !isLeaf(path)) {
      const heading = meaning ? [[`\`${path}\``, '', meaning]] : [];
      return [...heading, ...rowsOf(`${path}.`, value)];
    }
    return [[`\`${path}\``, `\`${JSON.stringify(value)}\``, meaning]];
  });
}

/** Maps that are whole: a container's resources, and labels. */
function isLeaf(path: string): boolean {
  return /(^resources|^nodeSelector|[lL]abels)$/.test(path);
}
