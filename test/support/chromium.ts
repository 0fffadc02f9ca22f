import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { ensureParts } from '../../tools/parts/ensure.js';

/** A browser without a window, with the libraries and the font that come with it, and no sandbox, which needs root. */
export async function startChromium(): Promise<Browser> {
  const { chromium: executablePath } = await ensureParts(['chromium']);
  const folder = dirname(executablePath);
  return chromium.launch({
    executablePath,
    timeout: 120_000,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  });
}
