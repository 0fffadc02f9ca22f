import type { Grant, MapData, RegionItem, TargetItem } from '../data.js';
import { element, itemLink } from './element.js';
import type { Found } from './find.js';
import { Fold, summaryLine } from './fold.js';
import { markFound, type View } from './view.js';
import { countsOf, some, TARGETS } from './words.js';

/** How many rows are made at a time. */
const PAGE = 100;
/** More CIDRs of others than these are counted. */
const TOLD = 3;

/** One account and region: a line, and when it is opened a row for each target. */
export function regionView(data: MapData, region: RegionItem, targets: readonly TargetItem[], open: boolean): View {
  let asked: Found | undefined;
  let most = PAGE;
  const counts = element('span', { class: 'counts' });
  const fold = new Fold(summaryOf(region, targets, counts), rows, open);
  const root = element('div', { class: 'region' }, fold.element);

  function wanted(): readonly TargetItem[] {
    return asked?.narrows.includes('where') ? targets.filter(({ id }) => asked?.shown.has(id)) : targets;
  }

  function rows(): Node[] {
    const all = wanted();
    return [
      ...toldOf(region),
      element('ul', {}, ...all.slice(0, most).map((target) => targetRow(data, target, asked))),
      ...(all.length > most ? [moreButton(all.length)] : []),
    ];
  }

  function moreButton(total: number): HTMLElement {
    const button = element('button', { type: 'button' }, `Show ${Math.min(PAGE, total - most)} more of ${total}`);
    button.addEventListener('click', () => {
      const next = most;
      most += PAGE;
      fold.refresh();
      root.querySelectorAll<HTMLElement>('a.item')[next]?.focus();
    });
    return button;
  }

  return {
    root,
    update(found, printing) {
      asked = found;
      most = printing ? Number.POSITIVE_INFINITY : PAGE;
      markFound(root, region.id, found);
      const part = wanted().length;
      counts.textContent = `${part < targets.length ? `${part} of ` : ''}${countsOf(targets).join(', ')}`;
      fold.update(printing || (found?.opens === true && part > 0));
    },
  };
}

function summaryOf({ name, unread }: RegionItem, targets: readonly TargetItem[], counts: HTMLElement): HTMLElement {
  const sets = new Set(targets.flatMap(({ grants }) => grants.flatMap((grant) => grant.sets)));
  const summary = summaryLine(
    element('span', { class: 'name' }, name),
    counts,
    unread !== undefined && element('span', { class: 'trouble', title: unread }, 'not read'),
  );
  summary.append(element('span', { class: 'remark' }, some([...sets].sort())));
  return summary;
}

function toldOf({ told }: RegionItem): HTMLElement[] {
  if (told.length === 0) return [];
  const groups = told.map(({ set, groups }) => `${set} (${groups})`).join(', ');
  return [element('p', { class: 'remark' }, `Not read. By the status of the sets, security groups of: ${groups}.`)];
}

function targetRow(data: MapData, { id, target, key, name, grants, notes }: TargetItem, found?: Found): HTMLElement {
  const { short, long } = TARGETS[target];
  const row = element(
    'li',
    { class: 'target' },
    itemLink(
      id,
      element('abbr', { title: long }, short),
      element('span', { class: 'name' }, name || key),
      key !== name && element('code', {}, key),
    ),
    element('span', { class: 'grants' }, ...grants.map((grant) => grantText(data, grant, found))),
    ...notes.map((note) => element('span', { class: 'remark' }, note)),
  );
  markFound(row, id, found);
  return row;
}

function grantText(data: MapData, grant: Grant, found?: Found): HTMLElement {
  const { sets, owned, out, ports, via, except, description } = grant;
  const cidrs = data.cidrs[grant.cidrs] ?? [];
  const named = sets.length > 0;
  return element(
    'span',
    { class: `grant${named ? '' : ' others'}${found?.lets(grant) ? ' lets' : ''}` },
    out && 'out to ',
    element('b', {}, named ? sets.join(', ') : owned ? 'Sallyport, for sets unknown' : 'others'),
    !named && element('code', {}, ` ${cidrs.length > TOLD ? `${cidrs.length} CIDRs` : cidrs.join(' ')}`),
    except && ` except ${except.join(' ')}`,
    ports.length > 0 && ` ${ports.join(' ')}`,
    via !== undefined && ` by ${via}`,
    named && !owned && ' made by others',
    description !== undefined && ` “${description}”`,
  );
}
