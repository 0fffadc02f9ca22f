import type { Found, Index } from './find.js';

const SVG = 'http://www.w3.org/2000/svg';

/** The lines between who reaches and what is reached, as far as both are on the screen. */
export class Curves {
  readonly root = document.createElementNS(SVG, 'svg');
  readonly #resting = this.root.appendChild(document.createElementNS(SVG, 'path'));
  readonly #lit = this.root.appendChild(document.createElementNS(SVG, 'path'));
  readonly #index: Index;

  constructor(index: Index) {
    this.#index = index;
    this.root.setAttribute('class', 'curves');
    this.root.setAttribute('aria-hidden', 'true');
    this.#lit.setAttribute('class', 'lit');
  }

  /** @param isLit whether a line between these two stands out */
  draw(
    who: Element,
    where: Element,
    shown: Found['shown'] | undefined,
    isLit: (from: string, to: string) => boolean,
  ): void {
    const { top, width, height } = this.root.getBoundingClientRect();
    const resting: string[] = [];
    const lit: string[] = [];
    const froms = new Map(middles(who, '.source', top, height));
    for (const [to, y2] of width > 0
      ? middles(where, '.target, .region:has(> :not([open])), article', top, height)
      : []) {
      for (const from of this.#sources(to, shown)) {
        const y1 = froms.get(from);
        if (y1 === undefined) continue;
        const half = width / 2;
        (isLit(from, to) ? lit : resting).push(`M0 ${y1}C${half} ${y1} ${half} ${y2} ${width} ${y2}`);
      }
    }
    this.#resting.setAttribute('d', resting.join(''));
    this.#lit.setAttribute('d', lit.join(''));
  }

  /** Sets and pools that lead to it; where it is a region, to what is shown of it. */
  #sources(id: string, shown: Found['shown'] | undefined): Set<string> {
    const { entries, graph } = this.#index;
    const before = [...(graph.up.get(id) ?? [])];
    const inside =
      entries.get(id)?.kind === 'region'
        ? before.filter((each) => shown?.has(each) ?? true).flatMap((each) => [...(graph.up.get(each) ?? [])])
        : [];
    return new Set([...before, ...inside]);
  }
}

/** Where the names of items are, from the top of the lines' canvas; those on the screen. */
function* middles(column: Element, selector: string, top: number, height: number): Generator<[id: string, y: number]> {
  for (const item of column.querySelectorAll<HTMLElement>(selector)) {
    const name = item.querySelector('.name')?.getBoundingClientRect();
    if (!name || name.height === 0 || !item.dataset.id) continue;
    const y = Math.round(name.top + name.height / 2 - top);
    if (y >= 0 && y <= height) yield [item.dataset.id, y];
  }
}
