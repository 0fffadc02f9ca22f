/** Unpacks the browser, the libraries that it needs and its font into the folder that TMPDIR names. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflate } from '@sparticuz/chromium';

const archives = new URL('../bin/', import.meta.resolve('@sparticuz/chromium'));
for (const archive of await readdir(archives)) await inflate(new URL(archive, archives).pathname);
// The package's own names folders of the places that it is made for.
await writeFile(
  join(process.env.TMPDIR, 'fonts/fonts.conf'),
  '<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n',
);
