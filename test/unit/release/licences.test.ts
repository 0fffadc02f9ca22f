import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { licenceTexts } from '../../../tools/release/licences.js';
import type { BundledPackage } from '../../../tools/release/packages.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-licences-'));
});

afterEach(() => rm(folder, { recursive: true }));

function bundled(name: string, license: string): BundledPackage {
  return { name, version: '1.0.0', license, source: `https://example.com/${name}`, folder };
}

it('has each text once, after the packages that it is for', async () => {
  await writeFile(join(folder, 'LICENSE.md'), 'Do what you want.\r\n');
  const texts = await licenceTexts([bundled('a', 'MIT'), bundled('b', 'MIT')]);
  expect(texts).toContain(
    'a 1.0.0 (MIT) https://example.com/a\nb 1.0.0 (MIT) https://example.com/b\n\nDo what you want.\n',
  );
});

it('hands on notices too', async () => {
  await writeFile(join(folder, 'LICENSE'), 'Do what you want.');
  await writeFile(join(folder, 'NOTICE'), 'By Ada.');
  expect(await licenceTexts([bundled('a', 'Apache-2.0')])).toContain('Do what you want.\n\nBy Ada.\n');
});

it('has the text of the Apache License for a package without one', async () => {
  expect(await licenceTexts([bundled('a', 'Apache-2.0')])).toContain('Version 2.0, January 2004');
});

it.each([
  ['GPL-3.0-only', 'not among the licences of tools/release/licences.ts: a@1.0.0 (GPL-3.0-only)'],
  ['', 'a@1.0.0 (none)'],
  ['MIT', 'a has no text of its licence'],
])('refuses a package under "%s"', async (license, message) => {
  await expect(licenceTexts([bundled('a', license)])).rejects.toThrow(message);
});
