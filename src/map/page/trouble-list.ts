import type { Trouble } from '../data.js';
import { element, itemLink } from './element.js';
import { Fold, summaryLine } from './fold.js';
import type { View } from './view.js';

/** More than these are folded. */
const FEW = 5;

export function troubleList(troubles: readonly Trouble[]): View {
  const rows = () => [element('ul', {}, ...troubles.map(troubleRow))];
  const fold = new Fold(summaryLine(`${troubles.length} not well`), rows, troubles.length <= FEW);
  return {
    root: element('aside', { 'aria-label': 'Not well' }, fold.element),
    update: (_found, printing) => fold.update(printing),
  };
}

function troubleRow({ id, title, reason, message }: Trouble): HTMLElement {
  const name = element('span', { class: 'name' }, title);
  return element(
    'li',
    {},
    id === undefined ? name : itemLink(id, name),
    element('span', { class: 'trouble' }, reason),
    element('span', {}, message),
  );
}
