import { plural } from '../../plural.js';
import type { MapData, PoolItem, SetItem } from '../data.js';
import { element, itemLink } from './element.js';
import { factList } from './facts.js';
import { Fold, summaryLine } from './fold.js';
import { markFound, troubleMark, type View } from './view.js';

/** Who reaches: sets, and the jobs of pools. */
export function sourceColumn({ sets, pools, troubles }: MapData): View {
  const setViews = sets.map((set) => setView(set, troubleMark(troubles, set.id)));
  const poolViews = pools.map((pool) => poolView(pool, troubleMark(troubles, pool.id)));
  return {
    root: element(
      'section',
      { class: 'who', 'aria-label': 'Who reaches' },
      ...list('Sets', setViews),
      ...list('Runner pools', poolViews),
    ),
    update(found, printing) {
      for (const view of [...setViews, ...poolViews]) view.update(found, printing);
    },
  };
}

function list(title: string, views: readonly View[]): HTMLElement[] {
  if (views.length === 0) return [];
  return [
    element('div', { class: 'part' }, element('h2', {}, title), element('ul', {}, ...views.map(({ root }) => root))),
  ];
}

function setView({ id, name, entries, includes, planOnly }: SetItem, trouble: HTMLElement | undefined): View {
  const fold = new Fold(summaryLine(plural(entries.length, 'CIDR')), () => [cidrList(entries)]);
  const held = element('div', { class: 'held' });
  const root = element(
    'li',
    { class: 'source' },
    itemLink(id, element('span', { class: 'name' }, name), trouble),
    includes.length > 0 && element('p', { class: 'remark' }, `includes ${includes.join(', ')}`),
    planOnly && element('p', { class: 'remark' }, 'mode Plan: nothing is written'),
    entries.length > 0 && fold.element,
    held,
  );
  return {
    root,
    update(found, printing) {
      markFound(root, id, found);
      fold.update(printing);
      const entries = found?.held.get(id) ?? [];
      held.replaceChildren(...(entries.length > 0 ? [cidrList(entries)] : []));
    },
  };
}

function cidrList(entries: SetItem['entries']): HTMLElement {
  const rows = entries.map(({ cidr, description }) =>
    element('li', {}, element('code', {}, cidr), description && ` ${description}`),
  );
  return element('ul', { class: 'cidrs' }, ...rows);
}

function poolView({ id, name, endpoint, facts }: PoolItem, trouble: HTMLElement | undefined): View {
  const all = [...(endpoint ? [{ term: 'through', text: endpoint.replace('endpoint/', '') }] : []), ...facts];
  const root = element(
    'li',
    { class: 'source' },
    itemLink(id, element('span', { class: 'name' }, name), trouble),
    factList(all),
  );
  return { root, update: (found) => markFound(root, id, found) };
}
