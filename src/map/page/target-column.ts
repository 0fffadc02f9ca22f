import { groupBy } from '../../group-by.js';
import type { AccountItem, ConsumerItem, EndpointItem, MapData } from '../data.js';
import { element, itemLink } from './element.js';
import { factList, opening } from './facts.js';
import { regionView } from './region-view.js';
import { markFound, troubleMark, type View } from './view.js';

/** In a small estate all is open from the start. */
const FEW = 40;

/** What is reached: private endpoints, and what sets are written to, by account and region. */
export function targetColumn(data: MapData): View {
  const { endpoints, accounts, targets, troubles } = data;
  const byPlace = groupBy(targets, ({ place }) => place);
  const open = targets.length <= FEW;
  const endpointViews = endpoints.map((endpoint) => endpointView(endpoint, troubleMark(troubles, endpoint.id)));
  const accountViews = accounts.map((account) => {
    const regions = account.regions
      .map((region) => ({ region, targets: byPlace.get(region.id) ?? [] }))
      .filter(({ region, targets }) => targets.length > 0 || region.unread !== undefined)
      .map(({ region, targets }) => regionView(data, region, targets, open));
    return accountView(account, regions, troubleMark(troubles, account.id));
  });
  return {
    root: element(
      'section',
      { class: 'where', 'aria-label': 'What is reached' },
      ...list('Private endpoints', endpointViews),
      ...list('Accounts', accountViews),
    ),
    update(found, printing) {
      for (const view of [...endpointViews, ...accountViews]) view.update(found, printing);
    },
  };
}

function list(title: string, views: readonly View[]): HTMLElement[] {
  if (views.length === 0) return [];
  return [element('div', { class: 'part' }, element('h2', {}, title), ...views.map(({ root }) => root))];
}

function endpointView({ id, name, hosts, facts, consumers }: EndpointItem, trouble: HTMLElement | undefined): View {
  const consumerViews = consumers.map(consumerView);
  const root = element(
    'article',
    {},
    element('h3', {}, itemLink(id, element('span', { class: 'name' }, name), trouble)),
    element('ul', { class: 'hosts' }, ...hosts.map(hostRow)),
    factList(facts),
    element('ul', {}, ...consumerViews.map((view) => view.root)),
  );
  return {
    root,
    update(found, printing) {
      markFound(root, id, found);
      for (const view of consumerViews) view.update(found, printing);
    },
  };
}

function hostRow(host: EndpointItem['hosts'][number]): HTMLElement {
  return element(
    'li',
    {},
    element('code', {}, host.public),
    host.private !== undefined && ' as ',
    host.private !== undefined && element('code', {}, host.private),
    host.registry && element('span', { class: 'remark' }, ' registry'),
  );
}

function consumerView({ id, name, where, state, facts, allows }: ConsumerItem): View {
  const root = element(
    'li',
    { class: 'target' },
    itemLink(
      id,
      element('abbr', { title: 'VPC endpoint of a consumer' }, 'VPCE'),
      element('span', { class: 'name' }, name),
      ...facts.map((fact) => element('code', {}, fact)),
    ),
    element('span', { class: 'grants' }, ...allows.map(opening)),
    element('span', { class: 'remark' }, `${where}: ${state}`),
  );
  return { root, update: (found) => markFound(root, id, found) };
}

function accountView(
  { id, name, accountId }: AccountItem,
  regions: readonly View[],
  trouble: HTMLElement | undefined,
): View {
  const root = element(
    'article',
    {},
    element(
      'h3',
      {},
      itemLink(
        id,
        element('span', { class: 'name' }, name),
        accountId !== undefined && element('code', {}, accountId),
        trouble,
      ),
    ),
    ...regions.map((region) => region.root),
    regions.length === 0 && element('p', { class: 'remark' }, 'No set is written here.'),
  );
  return {
    root,
    update(found, printing) {
      markFound(root, id, found);
      for (const region of regions) region.update(found, printing);
    },
  };
}
