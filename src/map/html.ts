import { createHash } from 'node:crypto';
import type { MapData } from './data.js';
import { script, style } from './page.gen.js';

/**
 * One page with all that it needs. It makes no request, and its Content-Security-Policy sees to that: only this script
 * and this style count, by their hashes.
 */
export function mapPage(data: MapData): string {
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Access map</title>
<style>${style}</style>
</head>
<body>
<noscript>This page is drawn by its script, which reads what is in the page and nothing else.</noscript>
<script type="application/json" id="data">
${embedded(data)}
</script>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** An item a line, so that two maps can be compared; `<` can neither end the element nor begin a comment. */
function embedded(data: MapData): string {
  const fields = Object.entries(data).map(([name, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`
      : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}`.replaceAll('<', '\\u003c');
}
