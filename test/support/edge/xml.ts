import { escapeXml } from './call.js';

export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

const TOKEN = /<\?[^>]*>|<(\/?)([\w:]+)[^>]*?(\/?)>|([^<]+)/g;
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Reads what the SDK writes: one root, no comments, and attributes that say nothing. */
export function readXml(source: string): Element {
  const root = { name: '', text: '', children: [] as Element[] };
  const open = [root];
  for (const [, closing, name, empty, text] of source.matchAll(TOKEN)) {
    const parent = open.at(-1) ?? root;
    if (text) parent.text += text.replace(/&(\w+);/g, (entity, key) => ENTITIES[key] ?? entity);
    else if (closing) open.pop();
    else if (name) {
      const element = { name, text: '', children: [] };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  return root.children[0] ?? root;
}

/** Those at a path below an element: of `VPC`, `VPCId`. */
export function elementsAt(element: Element, ...[name, ...path]: string[]): readonly Element[] {
  if (!name) return [element];
  return element.children.filter((each) => each.name === name).flatMap((each) => elementsAt(each, ...path));
}

export function textAt(element: Element, ...path: string[]): string | undefined {
  return elementsAt(element, ...path)[0]?.text;
}

/** A list is the same element several times. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [element: string]: Xml };

export function writeXml(value: Xml): string {
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .flatMap(([name, inner]): [string, Xml][] => (isList(inner) ? inner.map((each) => [name, each]) : [[name, inner]]))
    .map(([name, inner]) => (inner === undefined ? '' : `<${name}>${writeXml(inner)}</${name}>`))
    .join('');
}

function isList(value: Xml): value is readonly Xml[] {
  return Array.isArray(value);
}
