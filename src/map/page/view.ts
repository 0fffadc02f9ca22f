import type { Trouble } from '../data.js';
import { element } from './element.js';
import type { Found } from './find.js';

/** A part of the page that follows what was asked for. */
export interface View {
  readonly root: HTMLElement;
  /** @param printing all is shown, since paper can't be opened */
  update(found: Found | undefined, printing: boolean): void;
}

/** Tells by class whether an item was found, or is beside the paths of what was found. */
export function markFound(root: HTMLElement, id: string, found: Found | undefined): void {
  root.dataset.id = id;
  root.classList.toggle('hit', found?.hits.has(id) === true);
  root.classList.toggle('beside', found?.shown.has(id) === false);
  const link = root.querySelector('a');
  if (found?.hits.has(id)) link?.setAttribute('aria-current', 'true');
  else link?.removeAttribute('aria-current');
}

export function troubleMark(troubles: readonly Trouble[], id: string): HTMLElement | undefined {
  const trouble = troubles.find((trouble) => trouble.id === id);
  return trouble && element('span', { class: 'trouble', title: trouble.message }, trouble.reason);
}
