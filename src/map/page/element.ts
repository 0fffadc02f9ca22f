export type Child = Node | string | undefined | false;

/** An element. What is a string becomes text, whatever is in it. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Readonly<Record<string, string | false | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** A name that selects its item: a link, so that it works by keyboard and can be sent to others. */
export function itemLink(id: string, ...children: readonly Child[]): HTMLAnchorElement {
  return element('a', { class: 'item', href: `#${encodeURIComponent(id)}` }, ...children);
}
