/** What is delivered as files: the bundle, and the licences of what it holds. */
import { mkdir, writeFile } from 'node:fs/promises';
import { bundle } from './bundle.js';
import { licenceTexts } from './licences.js';

await mkdir('dist', { recursive: true });
await writeFile('dist/THIRD-PARTY-LICENSES', await licenceTexts(await bundle('dist/sallyport.js')));
