import type { DescribedCidr } from '../../../net/aggregate.js';
import { type Cidr, parseCidr } from '../../../net/cidr.js';
import { HttpSourceError } from './error.js';

const MAX_CIDRS = 20_000;
/** Shortest prefixes, as with a set's own CIDRs. */
const WIDEST = { 4: 8, 6: 16 } as const;
const MAX_SHOWN = 50;

/** A value of a document, and where it is there for people: `line 3`. */
export interface Item {
  value: unknown;
  position: string;
}

export function itemsOfText(text: string): Item[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ value: line.replace(/#.*/, '').trim(), position: `line ${index + 1}` }))
    .filter(({ value }) => value !== '');
}

/** Of a string, or a list of strings and lists. */
export function itemsOfSelection(selection: unknown): Item[] {
  const values = Array.isArray(selection) ? selection.flat(Number.POSITIVE_INFINITY) : [selection];
  return values.map((value, index) => ({ value, position: `item ${index + 1} of what select gives` }));
}

/** All of a document's CIDRs, each once, or an error that names the first that isn't good: never some of them. */
export function cidrsOf(items: readonly Item[], description: string, allowAnywhere: boolean): DescribedCidr[] {
  const cidrs = new Map<string, DescribedCidr>();
  for (const { value, position } of items) {
    const cidr = typeof value === 'string' ? exactCidr(value) : undefined;
    if (!cidr) throw refused(value, position, 'is no CIDR or address (host bits have to be 0)');
    if (!allowAnywhere && Number(cidr.text.split('/')[1]) < WIDEST[cidr.family]) {
      throw refused(value, position, `is wider than /${WIDEST[cidr.family]}; say allowAnywhere: true if that is meant`);
    }
    cidrs.set(cidr.text, { cidr: cidr.text, family: cidr.family, description });
  }
  if (cidrs.size === 0) {
    throw new HttpSourceError('EmptyDocument', 'no CIDR in the document, which is taken for a mistake; check what is there');
  }
  if (cidrs.size > MAX_CIDRS) {
    throw new HttpSourceError('TooLarge', `${cidrs.size} CIDRs; at most ${MAX_CIDRS} are taken: select fewer`);
  }
  return [...cidrs.values()];
}

/** A CIDR without host bits, or an address. IPv4 in its one spelling only: elsewhere 010.0.0.0 is not 10.0.0.0. */
function exactCidr(text: string): Cidr | undefined {
  const hostPrefix = text.includes(':') ? 128 : 32;
  const [address = ''] = text.split('/');
  const cidr = parseCidr(text.includes('/') ? text : `${text}/${hostPrefix}`);
  const host = parseCidr(`${address}/${hostPrefix}`);
  ...
}
