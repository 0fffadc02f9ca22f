import type { Fact, Opening } from '../data.js';
import { element } from './element.js';

export function factList(facts: readonly Fact[]): HTMLElement {
  const rows = facts.map(({ term, text }) => element('div', {}, element('dt', {}, term), element('dd', {}, text)));
  return element('dl', {}, ...rows);
}

export function opening({ set, ports }: Opening): HTMLElement {
  return element('span', { class: 'grant' }, element('b', {}, set), ` ${ports.join(' ')}`);
}
