import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './packages.js';

/** SPDX identifiers: those that ask of a work built with them to name them, and no more. MPL-2.0 asks where the source is. */
export const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MPL-2.0', 'Unlicense'];

export class LicenceError extends Error {
  override readonly name = 'LicenceError';
}

/**
 * What the licences of the bundled packages ask to hand on with the bundle: each text once, after those that it is for.
 *
 * @throws LicenceError for a package whose licence isn't allowed, or that has no text.
 */
export async function licenceTexts(packages: readonly BundledPackage[]): Promise<string> {
  const refused = packages.filter(({ license }) => !ALLOWED.includes(license));
  if (refused.length > 0) {
    const named = refused.map(({ name, version, license }) => `${name}@${version} (${license || 'none'})`).join(', ');
    throw new LicenceError(`not among the licences of tools/release/licences.ts: ${named}`);
  }
  const byText = new Map<string, BundledPackage[]>();
  for (const each of packages) {
    const text = await licenceOf(each);
    byText.set(text, [...(byText.get(text) ?? []), each]);
  }
  const sections = [...byText].map(([text, under]) => {
    const names = under.map(({ name, version, license, source }) => `${name} ${version} (${license}) ${source}`.trim());
    return `${names.join('\n')}\n\n${text}\n`;
  });
  return `Sallyport's bundle holds code of these packages.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

async function licenceOf({ name, license, folder }: BundledPackage): Promise<string> {
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|unlicense|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const text = texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n');
  if (text) return text;
  // It is the same for everybody's work, and some packages of the AWS SDK come without it.
  if (license === 'Apache-2.0') return (await readFile('LICENSE', 'utf8')).trim();
  throw new LicenceError(`${name} has no text of its licence`);
}
