import { parseCidr } from '../../net/cidr.js';
import type { Memory, RememberedCidr, RememberedSource } from './memory.js';
import { type SourceRef, sourceText } from './source.js';

/** A source as it is written. Times in ISO 8601. */
interface WrittenSource extends SourceRef {
  failing?: { since: string; lastRead?: string };
  /** Description by CIDR. */
  cidrs: Record<string, string>;
  /** Since when a CIDR is no longer given. */
  missing?: Record<string, string>;
}

/** JSON that parseMemory reads, one CIDR a line; equal memories make equal text. An empty one makes none. */
export function memoryText(memory: Memory): string {
  if (memory.size === 0) return '';
  const sources = [...memory.values()].map(({ ref, failing, cidrs }): WrittenSource => {
    const all = [...cidrs.values()];
    const missing = all.flatMap(({ cidr, missingSince }) =>
      missingSince === undefined ? [] : [[cidr, iso(missingSince)] as const],
    );
    const { since, lastRead } = failing ?? {};
    return {
      ...ref,
      ...(since !== undefined && {
        failing: { since: iso(since), ...(lastRead !== undefined && { lastRead: iso(lastRead) }) },
      }),
      cidrs: Object.fromEntries(all.map(({ cidr, description }) => [cidr, description])),
      ...(missing.length > 0 && { missing: Object.fromEntries(missing) }),
    };
  });
  return JSON.stringify({ sources }, undefined, 1);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Undefined when the text is not what memoryText writes: a half-read memory would let go of what it should keep. */
export function parseMemory(text: string): Memory | undefined {
  if (text === '') return new Map();
  try {
    const { sources } = JSON.parse(text) as { sources: WrittenSource[] };
    return new Map(sources.map(parseSource).map((source) => [sourceText(source.ref), source]));
  } catch {
    return undefined;
  }
}

function parseSource({ name, account, region, failing, cidrs, missing = {} }: WrittenSource): RememberedSource {
  const { since, lastRead } = failing ?? {};
  return {
    ref: { name: string(name), ...(account && region && { account: string(account), region: string(region) }) },
    cidrs: new Map(Object.entries(cidrs).map((entry) => [entry[0], parseEntry(entry, missing[entry[0]])])),
    ...(since && { failing: { since: time(since), ...(lastRead && { lastRead: time(lastRead) }) } }),
  };
}

function parseEntry([text, description]: [string, string], since: string | undefined): RememberedCidr {
  const cidr = parseCidr(text);
  if (cidr?.text !== text) throw new Error(`not a CIDR: ${text}`);
  return {
    cidr: text,
    family: cidr.family,
    description: string(description),
    ...(since !== undefined && { missingSince: time(since) }),
  };
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`not a string: ${value}`);
  return value;
}

function time(value: unknown): number {
  const ms = Date.parse(string(value));
  if (Number.isNaN(ms)) throw new Error(`not a time: ${value}`);
  return ms;
}
