import { createHash } from 'node:crypto';
import { groupBy } from '../group-by.js';
import type { Corefile, ServerBlock } from './parser.js';
import { isFromEnvironment } from './zones.js';

/**
 * What CoreDNS' plugin reload tells as `coredns_reload_version_info{hash="sha512"}` once it has seen this Corefile, whether
 * or not it could load it: the SHA-512, in hex, of what it parsed, as Go writes that as JSON (coredns, plugin/reload).
 * Undefined where that depends on files that are imported or on the environment of CoreDNS' pods.
 */
export function reloadHash({ tokens, blocks, imports }: Corefile): string | undefined {
  const hasImports = imports.length > 0 || blocks.some((block) => block.imports.length > 0);
  if (hasImports || tokens.some(({ text }) => isFromEnvironment(text))) return undefined;
  const parsed = blocks.filter(({ keys }) => keys.length > 0).map(goJson);
  // Go's nil.
  const json = parsed.length > 0 ? `[${parsed}]` : 'null';
  return createHash('sha512')
    .update(json.replace(/[<>&\u2028\u2029]/g, escaped))
    .digest('hex');
}

/** Its directives by name, all words of a name together: Go sorts a map by its keys. */
function goJson({ keys, directives }: ServerBlock): string {
  const words = [...groupBy(directives, ({ name }) => name)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => {
      const tokens = all.flatMap(({ tokens }) =>
        tokens.map(({ line, text }) => ({ File: '', Line: line, Text: text })),
      );
      return `${JSON.stringify(name)}:${JSON.stringify(tokens)}`;
    });
  return `{"Keys":${JSON.stringify(keys)},"Tokens":{${words}}}`;
}

/** Go's JSON is fit for HTML and for JavaScript. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
