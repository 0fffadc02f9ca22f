import type { MapData } from '../data.js';
import { Curves } from './curves.js';
import { element } from './element.js';
import { type Found, find, findItem, indexOf } from './find.js';
import { sourceColumn } from './source-column.js';
import { targetColumn } from './target-column.js';
import { troubleList } from './trouble-list.js';
import { summary } from './words.js';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as MapData;
const index = indexOf(data);
const who = sourceColumn(data);
const where = targetColumn(data);
const troubles = troubleList(data.troubles);
const curves = new Curves(index);
const box = element('input', {
  type: 'search',
  placeholder: 'Address, name or account',
  'aria-label': 'Find an address, a name or an account',
  'aria-keyshortcuts': '/',
  autocomplete: 'off',
  spellcheck: 'false',
});
const answer = element('p', { role: 'status' });

document.body.append(
  header(),
  element('search', {}, box, answer),
  ...(data.troubles.length > 0 ? [troubles.root] : []),
  element('main', {}, who.root, curves.root, where.root),
);

function header(): HTMLElement {
  const { owner, readAt } = data;
  return element(
    'header',
    {},
    element('h1', {}, 'Access map'),
    element('p', {}, `${summary(data)}.`),
    element(
      'p',
      { class: 'remark' },
      `Read ${readAt.slice(0, 16).replace('T', ' ')} UTC by Sallyport, install ${owner}.`,
    ),
  );
}

let found: Found | undefined;
let pointed: string | undefined;
const printing = matchMedia('print');

function show(): void {
  const focused = document.activeElement;
  const now = printing.matches ? undefined : found;
  document.body.dataset.narrows = now?.narrows.join(' ') ?? '';
  document.body.classList.toggle('found', now !== undefined);
  who.update(now, printing.matches);
  where.update(now, printing.matches);
  troubles.update(now, printing.matches);
  answer.textContent = found?.text ?? '';
  // Rows were made anew: who came by keyboard stays where they were.
  if (focused instanceof HTMLAnchorElement && !focused.isConnected) linkTo(focused.hash)?.focus();
  draw();
}

function linkTo(hash: string): HTMLAnchorElement | undefined {
  return [...document.querySelectorAll<HTMLAnchorElement>('main a.item')].find((link) => link.hash === hash);
}

let frame = 0;
function draw(): void {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => curves.draw(who.root, where.root, found?.shown, isLit));
}

function isLit(from: string, to: string): boolean {
  if (pointed !== undefined) return pointed === from || pointed === to;
  return found?.shown.has(from) === true && found.shown.has(to);
}

/** The address of the page says what is selected, so that it can be sent to others. */
function select(): void {
  found = findItem(index, decodeURIComponent(location.hash.slice(1)));
  box.value = '';
  show();
}

box.addEventListener('input', () => {
  found = find(index, box.value);
  show();
});
addEventListener('hashchange', select);
addEventListener('resize', draw);
addEventListener('scroll', draw, { capture: true, passive: true });
document.addEventListener('toggle', draw, true);
printing.addEventListener('change', show);
document.addEventListener('pointerover', ({ target }) => {
  const item = target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
  pointed = item?.matches('.source, .target, .region') ? item.dataset.id : undefined;
  draw();
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== box) {
    event.preventDefault();
    box.focus();
  } else if (event.key === 'Escape') {
    box.value = '';
    found = undefined;
    location.hash = '';
    show();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    step(event, event.key === 'ArrowDown' ? 1 : -1);
  }
});

/** To the next or former thing that can be followed or opened. */
function step(event: KeyboardEvent, by: 1 | -1): void {
  const stops = [box, ...document.querySelectorAll<HTMLElement>('main a.item, main summary')].filter((stop) =>
    stop.checkVisibility(),
  );
  const at = stops.findIndex((stop) => stop.matches(':focus'));
  if (at < 0) return;
  event.preventDefault();
  stops[at + by]?.focus();
}

select();
