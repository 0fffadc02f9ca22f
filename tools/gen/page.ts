import { build } from 'esbuild';

/** The access map's own script and style, each as one text: the page has no other files. */
export async function pageModule(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['src/map/page/main.ts', 'src/map/page/page.css'],
    outdir: 'out',
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  });
  const [script, style] = ['.js', '.css'].map((ext) => outputFiles.find(({ path }) => path.endsWith(ext))?.text.trim());
  return `// Generated from src/map/page by \`npm run gen\`. Do not edit.

export const script = ${JSON.stringify(script)};

export const style = ${JSON.stringify(style)};
`;
}
