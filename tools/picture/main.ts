/** Makes docs/map.png: the access map of a company that is not there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mapPage } from '../../src/map/html.js';
import { mapData } from '../../src/map/map-data.js';
import { startChromium } from '../../test/support/chromium.js';
import { estate } from '../../test/support/estates.js';

const folder = await mkdtemp(join(tmpdir(), 'sallyport-picture-'));
const file = join(folder, 'map.html');
await writeFile(file, mapPage(mapData(estate())));
const browser = await startChromium();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(pathToFileURL(file).href);
await page.getByRole('searchbox').fill('203.0.113.20');
await page.screenshot({ path: 'docs/map.png' });
await browser.close();
await rm(folder, { recursive: true });
