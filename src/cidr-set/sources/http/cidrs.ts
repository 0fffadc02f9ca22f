import type { DescribedCidr } from '../../../net/aggregate.js';
import { type Cidr, parseCidr, WIDEST } from '../../../net/cidr.js';
import { HttpSourceError } from './error.js';

const MAX_CIDRS = 20_000;
const MAX_SHOWN = 50;
const NO_CIDR = 'is no CIDR or address without host bits; nothing of the document is used';
/** JMESPath's answer for a key that isn't there, e.g. because a vendor renamed it: without it there is half a list. */
const NOTHING = 'is what select gives for something that the document lacks; correct it, or add || `[]` there';

/** A value of a document, and where it is there for people: `line 3`. */
export interface Item {
  value: unknown;
  position: string;
}

/** One at a time: a large document may be all line ends. */
export function* itemsOfText(text: string): Generator<Item> {
  let line = 0;
  for (const [written] of text.matchAll(/.*\r?\n?/g)) {
    line++;
    const value = written.replace(/#.*/, '').trim();
    if (value) yield { value, position: `line ${line}` };
  }
}

/** Of a string, or a list of strings and lists. */
export function itemsOfSelection(selection: unknown): Item[] {
  const values = Array.isArray(selection) ? selection.flat(Number.POSITIVE_INFINITY) : [selection];
  return values.map((value, index) => ({ value, position: `item ${index + 1} of what select gives` }));
}

/** All of a document's CIDRs, each once, or an error that names the first that isn't good: never some of them. */
export function cidrsOf(items: Iterable<Item>, description: string, allowAnywhere: boolean): DescribedCidr[] {
  const cidrs = new Map<string, DescribedCidr>();
  for (const { value, position } of items) {
    const cidr = typeof value === 'string' ? exactCidr(value) : undefined;
    if (!cidr) throw refused(value, position, value === null ? NOTHING : NO_CIDR);
    if (!allowAnywhere && Number(cidr.text.split('/')[1]) < WIDEST[cidr.family]) {
      throw refused(value, position, `is wider than /${WIDEST[cidr.family]}; set allowAnywhere if that is meant`);
    }
    cidrs.set(cidr.text, { cidr: cidr.text, family: cidr.family, description });
    if (cidrs.size > MAX_CIDRS) throw new HttpSourceError('TooLarge', `more than ${MAX_CIDRS} CIDRs; select fewer`);
  }
  if (cidrs.size === 0) throw new HttpSourceError('EmptyDocument', 'no CIDRs, surely by mistake; check what is there');
  return [...cidrs.values()];
}

/** A CIDR without host bits, or an address. IPv4 in its one spelling only: to some, 010.0.0.0 is 8.0.0.0. */
function exactCidr(text: string): Cidr | undefined {
  const full = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
  const cidr = parseCidr(full);
  if (cidr?.family !== 6) return cidr?.text === full ? cidr : undefined;
  const [asWritten, first] = [full, cidr.text].map((each) => parseCidr(each.replace(/\d+$/, '128'))?.text);
  return asWritten === first ? cidr : undefined;
}

function refused(value: unknown, position: string, why: string): HttpSourceError {
  const shown = String(JSON.stringify(value));
  const cut = shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}...` : shown;
  return new HttpSourceError('InvalidDocument', `${position}: ${cut} ${why}`);
}
