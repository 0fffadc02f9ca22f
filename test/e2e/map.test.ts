import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { mapPage } from '../../src/map/html.js';
import { type MapInput, mapData } from '../../src/map/map-data.js';
import { startChromium } from '../support/chromium.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { denied } from '../support/edge/effects.js';
import { estate } from '../support/estates.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { freePort } from '../support/ports.js';
import { sallyport } from '../support/sallyport.js';

let browser: Browser;
let ground: Ground;
let folder: string;
beforeAll(async () => {
  [browser, ground, folder] = await Promise.all([
    startChromium(),
    startGround(),
    mkdtemp(join(tmpdir(), 'sallyport-map-')),
  ]);
});
afterAll(async () => {
  await Promise.all([browser.close(), ground.stop(), rm(folder, { recursive: true })]);
});

/** What no page may do: ask for anything, or complain. */
let wrongs: string[] = [];
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  const seen = wrongs;
  wrongs = [];
  expect(seen).toEqual([]);
});

async function open(file: string, options: BrowserContextOptions & { hash?: string } = {}): Promise<Page> {
  const { hash = '', ...contextOptions } = options;
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...contextOptions });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) wrongs.push(`asks for ${request.url()}`);
  });
  page.on('console', (message) => wrongs.push(message.text()));
  page.on('pageerror', (error) => wrongs.push(error.message));
  page.on('dialog', (dialog) => wrongs.push(dialog.message()));
  await page.goto(url + hash);
  return page;
}

async function openEstate(input: MapInput, options?: Parameters<typeof open>[1]): Promise<Page> {
  const file = join(folder, 'estate.html');
  await writeFile(file, mapPage(mapData(input)));
  return open(file, options);
}

async function visible(locator: Locator): Promise<string[]> {
  return (await locator.filter({ visible: true }).allInnerTexts()).sort();
}

const sets = (page: Page) => page.locator('.who .source > .item .name');
const targets = (page: Page) => page.locator('.region .target .name');
const answer = (page: Page) => page.getByRole('status').textContent();
const box = (page: Page) => page.getByRole('searchbox', { name: 'Find an address, a name or an account' });
const elements = (page: Page) => page.evaluate<number>('document.querySelectorAll("*").length');
const inFocus = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

/** Waits until so many lines stand out: they are drawn with the next frame. */
async function untilLit(page: Page, lines: number): Promise<void> {
  const drawn = () => page.evaluate<string | null>("document.querySelector('.lit').getAttribute('d')");
  await eventually(async () => expect((await drawn())?.split('M').length).toBe(lines + 1));
}

/** Waits for the answer to a click: the page hears of it when its address has changed. */
async function untilAnswered(page: Page, text: string): Promise<void> {
  await eventually(async () => expect(await answer(page)).toBe(text));
}

const ALL = 13;

it('an address that is typed in leaves what holds it', async () => {
  const page = await openEstate(estate());
  expect(await visible(targets(page))).toHaveLength(ALL);
  await box(page).fill('198.51.100.7');
  expect(await answer(page)).toBe('198.51.100.7 is in office, gitlab-access. It is listed by 6 security groups.');
  expect(await visible(sets(page))).toEqual(['gitlab-access', 'office']);
  expect(await visible(page.locator('.held'))).toEqual([expect.stringContaining('198.51.100.7/32')]);
  const found = ['bastion', 'gitlab-nlb', 'gitlab-registry-nlb', 'gitlab-registry-nlb-9', 'pages', 'sentry'];
  expect(await visible(targets(page))).toEqual(found);
  await untilLit(page, found.length);
  await box(page).fill('');
  expect(await visible(targets(page))).toHaveLength(ALL);
  await untilLit(page, 0);
});

it('a set that is clicked shows its paths, and the address of the page leads others to them', async () => {
  const page = await openEstate(estate());
  await page.getByRole('link', { name: 'partners', exact: true }).click();
  await untilAnswered(page, 'partners reaches 2 security groups.');
  await untilLit(page, 2);
  expect(await visible(targets(page))).toEqual(['gitlab-registry-nlb', 'pages']);
  expect(await visible(sets(page))).toHaveLength(6);
  expect(await page.locator('[aria-current]').allInnerTexts()).toEqual(['partners']);

  const again = await openEstate(estate(), { hash: new URL(page.url()).hash });
  expect(await answer(again)).toBe('partners reaches 2 security groups.');
});

it('a target that is clicked shows who reaches it, and all else stays where it was', async () => {
  const page = await openEstate(estate());
  await page.getByRole('link', { name: 'bastion', exact: false }).first().click();
  await untilAnswered(page, 'bastion is reached from office, vpn.');
  await untilLit(page, 2);
  // The row was made anew, and who uses it is still where they were.
  expect(await inFocus(page)).toMatch(/^SGbastion/);
  expect(await visible(targets(page))).toHaveLength(ALL);
  await page.goBack();
  await page.mouse.move(0, 0);
  await untilLit(page, 0);
});

it('all is done by keyboard', async () => {
  const page = await openEstate(estate());
  await page.keyboard.press('/');
  await page.keyboard.type('office');
  expect(await box(page).inputValue()).toBe('office');
  await page.keyboard.press('ArrowDown');
  expect(await inFocus(page)).toBe('office');
  await page.keyboard.press('Enter');
  await page.getByText('office reaches').waitFor();
  expect(await inFocus(page)).toBe('office');
  await page.keyboard.press('ArrowDown');
  expect(await inFocus(page)).toBe('3 CIDRs');
  await page.keyboard.press('Enter');
  await page.getByText('2001:db8:40::/48').waitFor();
  await page.keyboard.press('Escape');
  expect(await answer(page)).toBe('');
  expect(await visible(targets(page))).toHaveLength(ALL);

  const nameless = `[...document.querySelectorAll('a, summary, button, input')]
    .filter((each) => !each.textContent.trim() && !each.ariaLabel).length`;
  expect(await page.evaluate(nameless)).toBe(0);
});

it('on paper is everything, whatever is selected', async () => {
  const input = estate({ accounts: 5, groups: 200 });
  const page = await openEstate(input, { hash: '#set%2Fpartners' });
  const before = await elements(page);
  await page.emulateMedia({ media: 'print' });
  await page.getByText('198.18.35.4/32').waitFor();
  expect(await visible(targets(page))).toHaveLength(201);
  expect(await visible(sets(page))).toHaveLength(6);
  expect(await page.locator('.cidrs li').filter({ visible: true }).count()).toBe(42);
  expect(await box(page).isVisible()).toBe(false);
  await page.emulateMedia({ media: 'screen' });
  await eventually(async () => expect(await elements(page)).toBe(before));
  expect(await box(page).isVisible()).toBe(true);
});

/** WCAG 2.2, contrast ratio; 4.5 is its AA for text. The least of all texts against their backgrounds. */
const LEAST_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => channels(color).slice(0, 3)
    .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (each) => {
    const color = getComputedStyle(each).backgroundColor;
    return channels(color)[3] === 0 ? behind(each.parentElement) : color;
  };
  return Math.min(...[...document.body.querySelectorAll('*:not(script, svg, svg *)')].map((each) => {
    const [a, b] = [getComputedStyle(each).color, behind(each)].map(luminance);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
})()`;

it.each(['light', 'dark'] as const)('it is readable in %s', async (colorScheme) => {
  const page = await openEstate(estate(), { colorScheme, hash: '#set%2Fvpn' });
  const [red = 0] =
    (await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor'))
      .match(/\d+/g)
      ?.map(Number) ?? [];
  expect(red > 128).toBe(colorScheme === 'light');
  expect(await page.evaluate(LEAST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
});

it.each([360, 800, 1200])('nothing is cut off in a window of %d pixels', async (width) => {
  const page = await openEstate(estate(), { viewport: { width, height: 800 } });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  expect(await page.locator('.curves').isVisible()).toBe(width > 1024);
});

it('2,000 groups stay light: only what is opened is made, a hundred rows at a time', async () => {
  const input = estate({ accounts: 2, groups: 2000 });
  const page = await openEstate(input);
  expect(await elements(page)).toBeLessThan(500);
  await page.getByText('eu-west-1').filter({ visible: true }).last().click();
  await page.getByRole('button', { name: 'Show 100 more of 500' }).click();
  await page.getByRole('button', { name: 'Show 100 more of 500' }).waitFor();
  expect(await visible(targets(page))).toHaveLength(200);
  expect(await elements(page)).toBeLessThan(4000);

  await box(page).fill('grafana-1325');
  expect(await visible(targets(page))).toEqual(['grafana-1325']);
  expect(await elements(page)).toBeLessThan(500);
  await page.keyboard.press('Escape');
  await page.emulateMedia({ media: 'print' });
  await eventually(async () => expect(await targets(page).count()).toBe(2001));
});

it('names are text, whatever is in them', async () => {
  const hostile = `</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>"'\`\u2028javascript:alert(3)`;
  const input = estate();
  const { access, sets: all } = input.overview;
  for (const list of access.lists) Object.assign(list, { name: hostile, id: `${list.id}${hostile}` });
  for (const rule of access.lists.flatMap(({ rules }) => rules))
    Object.assign(rule, { owned: false, sets: [], description: hostile });
  for (const set of all) Object.assign(set.status?.conditions?.[0] ?? {}, { status: 'False', message: hostile });
  access.unread = [{ where: hostile, message: hostile }];
  const page = await openEstate(input);
  expect((await visible(targets(page))).filter((name) => name.includes('<script>alert(1)'))).toHaveLength(ALL);
  await targets(page).first().click();
  await eventually(async () => expect(await answer(page)).toContain('<img src=x onerror=alert(2)>'));
  await box(page).fill('<img');
  expect(await visible(targets(page))).toHaveLength(ALL);
  expect(await page.locator('img, body script ~ script ~ script').count()).toBe(0);
});

it('sallyport map reads the cluster and AWS, and tells what it could not read', async () => {
  const nlb = ground.group('shared/eu-west-1/gitlab-nlb');
  await ground.apply(...['shared', 'team-a', 'team-b'].map((name) => awsAccount(name)));
  await ground.apply(
    cidrSet('office', ['203.0.113.0/24', '198.51.100.0/24'], into([nlb, ground.group('team-b/eu-west-1/runners')])),
  );
  await nlb.authorize('tcp/8443 203.0.0.0/16', 'tcp/443 198.51.100.0/24');
  const operator = ground.operator();
  await ground.told('cidrset/office', 'True InSync');
  await operator.stop();

  const file = join(folder, 'map.html');
  const map = () => sallyport(['map', '-o', file], { KUBECONFIG: ground.server.kubeconfig });
  expect(await map()).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringMatching(/map.html: 1 set, .*3 accounts/),
  });
  const page = await open(file);
  await box(page).fill('203.0.113.20');
  expect(await answer(page)).toBe('203.0.113.20 is in office. It is listed by 2 security groups.');
  const grants = page.locator('.target', { hasText: nlb.id }).locator('.grant');
  expect(await grants.allInnerTexts()).toEqual(
    expect.arrayContaining(['office tcp/443', 'office tcp/443 made by others', 'others 203.0.0.0/16 tcp/8443']),
  );

  const fault = ground.edge.fault({ match: { accountId: '333333333333' }, effect: denied() });
  const partly = await map();
  fault.stop();
  expect(partly).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/^not read: team-b.*\n→ sallyport doctor /s),
    stdout: expect.stringContaining('map.html'),
  });
  const rest = await open(file);
  expect(await rest.getByRole('complementary', { name: 'Not well' }).textContent()).toContain('team-b');
  expect(
    await visible(rest.locator('article', { hasText: '333333333333' }).locator('.region > details > div')),
  ).toContain('Not read. By the status of the sets, security groups of: office (1).');
});

it.each([
  { args: ['--context', 'nowhere'], says: 'nowhere' },
  { args: ['-o', '/proc/none/map.html'], says: '/proc/none/map.html' },
  { args: ['--context', 'gone'], says: 'ECONNREFUSED' },
  { args: ['--context', 'gone'], says: 'kubectl cluster-info' },
])('sallyport map $args says why there is none: $says', async ({ args, says }) => {
  const gone = join(folder, 'kubeconfig');
  const known = new KubeConfig();
  known.loadFromFile(ground.server.kubeconfig);
  const { name = '' } = known.getCurrentUser() ?? {};
  known.addCluster({ name: 'gone', server: `https://127.0.0.1:${await freePort()}`, skipTLSVerify: false });
  known.addContext({ name: 'gone', cluster: 'gone', user: name });
  await writeFile(gone, known.exportConfig());
  const { exitCode, stderr } = await sallyport(['map', ...args], { KUBECONFIG: gone });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(/^sallyport map: /m) });
  expect(stderr).toContain(says);
});
