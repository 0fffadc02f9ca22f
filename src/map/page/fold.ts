import { type Child, element } from './element.js';

/** What can be opened, and holds nothing while it is closed: so a page of thousands stays light. */
export class Fold {
  readonly element: HTMLDetailsElement;
  readonly #body = element('div');
  readonly #content: () => Node[];
  #wanted: boolean;

  constructor(summary: HTMLElement, content: () => Node[], open = false) {
    this.element = element('details', {}, summary, this.#body);
    this.#content = content;
    this.#wanted = open;
    summary.addEventListener('click', () => {
      this.#wanted = !this.element.open;
    });
    this.element.addEventListener('toggle', () => {
      if (this.element.open !== this.#body.hasChildNodes()) this.refresh();
    });
  }

  /** @param forced open, whatever its reader wanted */
  update(forced: boolean): void {
    this.element.open = forced || this.#wanted;
    this.refresh();
  }

  refresh(): void {
    this.#body.replaceChildren(...(this.element.open ? this.#content() : []));
  }
}

export function summaryLine(...children: readonly Child[]): HTMLElement {
  return element('summary', {}, element('span', { class: 'line' }, ...children));
}
