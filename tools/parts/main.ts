/** Gets the real parts that the tests need, or those named as arguments, and prints where they are. */
import { PartError } from './build.js';
import { ensureParts } from './ensure.js';
import { showProgress } from './progress.js';
import { isPartName, parts } from './recipes.js';

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);

try {
  const known = names.filter(isPartName);
  const unknown = names.filter((name) => !isPartName(name));
  if (unknown.length > 0)
    throw new PartError(`No part is called ${unknown.join(' or ')}. There are: ${Object.keys(parts).join(', ')}.`);
  const paths = await ensureParts(known, { onProgress: showProgress(process.stderr) });
  for (const name of known) console.log(paths[name]);
} catch (error) {
  if (!(error instanceof PartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
