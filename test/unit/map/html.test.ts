import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { mapPage } from '../../../src/map/html.js';
import { mapData } from '../../../src/map/map-data.js';
import * as generated from '../../../src/map/page.gen.js';
import { pageModule } from '../../../tools/gen/page.js';
import { estate } from '../../support/estates.js';

const page = mapPage(mapData(estate()));

it('the same estate gives the same page, an item a line', () => {
  expect(mapPage(mapData(estate()))).toBe(page);
  const lines = new Set(page.split('\n'));
  const changed = estate();
  changed.overview.access.entries.vpn = [];
  const differing = mapPage(mapData(changed))
    .split('\n')
    .filter((line) => !lines.has(line));
  expect(differing).toEqual([expect.stringContaining('"id":"set/vpn"')]);
});

it('nothing in the data can end its element or begin a comment', () => {
  const input = estate();
  for (const list of input.overview.access.lists) list.name = '</script><!--<script>alert(1)</script>';
  const [, json = ''] =
    /<script type="application\/json" id="data">\n(.*?)\n<\/script>/s.exec(mapPage(mapData(input))) ?? [];
  expect(json).not.toContain('<');
  expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(mapData(input))));
});

it('only its own script and style count, and no address is asked', () => {
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

it('what is generated is what its source gives', async () => {
  const text = await pageModule();
  expect(text).toContain(JSON.stringify(generated.script));
  expect(text).toContain(JSON.stringify(generated.style));
});
