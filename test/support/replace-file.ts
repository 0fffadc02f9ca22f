import { rename, writeFile } from 'node:fs/promises';

/** Who reads the file meanwhile finds what was there or what is new, and never a part of it or nothing. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
