import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';

const found = await readdir('docs');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...found.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

/** As Git hosts name headings. */
function anchors(page: string): string[] {
  const headings = [...page.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Links within the project. */
function references(page: string): string[] {
  const links = [...page.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  return [...new Set(links)];
}

it.each(pages)('%s links to what is there', async (name) => {
  const page = await readFile(name, 'utf8');
  for (const link of references(page)) {
    const [path = '', anchor] = link.split('#');
    const file = path ? join(dirname(name), path) : name;
    expect({ link, there: await isThere(file) }).toEqual({ link, there: true });
    if (anchor)
      expect({ link, anchors: anchors(await readFile(file, 'utf8')) }).toEqual({
        link,
        anchors: expect.arrayContaining([anchor]),
      });
  }
});

it.each(pages)('%s names tests that are there', async (name) => {
  const page = await readFile(name, 'utf8');
  for (const [, path = ''] of page.matchAll(/`(test\/[\w./-]+)`/g)) {
    expect({ path, there: await isThere(path) }).toEqual({ path, there: true });
  }
});

it('the README leads to every page', async () => {
  const readme = await readFile('README.md', 'utf8');
  expect(pages.filter((name) => name.startsWith('docs/') && !readme.includes(`(${name}`))).toEqual([]);
});

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
