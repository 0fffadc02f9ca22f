/**
 * Bundles the operator into one ESM file, so that a start costs one file read and the image carries no node_modules.
 * `node tools/build.mjs [FILE]`
 */
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

const [, , outfile = 'dist/sallyport.js'] = process.argv;
await build({
  entryPoints: ['src/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  // Bundled CommonJS packages still call require().
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
});
await chmod(outfile, 0o755);
