import { type Cidr, parseCidr } from '../../net/cidr.js';
import { overlaps } from '../../net/cover.js';
import { plural } from '../../plural.js';
import type { Grant, MapData, SetItem } from '../data.js';
import { type Graph, graphOf, pathsThrough, reached } from './graph.js';
import { countsOf, some } from './words.js';

/** What was asked for, and what it leads to. */
export interface Found {
  /** Those that were asked for themselves, by id. */
  hits: ReadonlySet<string>;
  /** These and all that lies on a path with them. */
  shown: ReadonlySet<string>;
  /** What of a set holds the address that was asked for. */
  held: ReadonlyMap<string, SetItem['entries']>;
  /** Whether a grant lets in the address that was asked for. */
  lets(grant: Grant): boolean;
  /** Where all else is in the way: among who reaches, among what is reached. */
  narrows: readonly ('who' | 'where')[];
  /** Whether the paths are so few that all of them can be opened. */
  opens: boolean;
  /** The answer in a sentence. */
  text: string;
}

/** What can be found, by id. */
interface Entry {
  kind: 'set' | 'pool' | 'endpoint' | 'consumer' | 'account' | 'region' | 'target';
  name: string;
  /** In lower case: all that it is found by. */
  words: string;
}

export interface Index {
  data: MapData;
  graph: Graph;
  entries: ReadonlyMap<string, Entry>;
}

export function indexOf(data: MapData): Index {
  const entries = new Map<string, Entry>();
  function add(
    kind: Entry['kind'],
    { id, name }: { id: string; name: string },
    ...words: (string | undefined)[]
  ): void {
    entries.set(id, { kind, name, words: [name, ...words].join('\n').toLowerCase() });
  }

  for (const set of data.sets) add('set', set, ...set.entries.map(({ description }) => description));
  for (const pool of data.pools) add('pool', pool, ...pool.facts.map(({ text }) => text));
  for (const endpoint of data.endpoints) {
    const names = endpoint.hosts.flatMap((host) => [host.public, host.private]);
    add('endpoint', endpoint, ...names, ...endpoint.facts.map(({ text }) => text));
    for (const consumer of endpoint.consumers) add('consumer', consumer, ...consumer.facts);
  }
  for (const account of data.accounts) {
    add('account', account, account.accountId);
    for (const region of account.regions) add('region', region);
  }
  for (const target of data.targets) {
    add('target', target, target.key, ...target.grants.flatMap(({ via, description }) => [via, description]));
  }
  return { data, graph: graphOf(data), entries };
}

/** More targets than these are left folded. */
const FEW = 60;

const NO_ADDRESS: Pick<Found, 'held' | 'lets'> = { held: new Map(), lets: () => false };

/** @param text an address, a CIDR, or words of a name, id or description. Undefined when it is empty. */
export function find(index: Index, text: string): Found | undefined {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return undefined;
  const cidr = parseCidr(wanted.includes('/') ? wanted : `${wanted}/${wanted.includes(':') ? 128 : 32}`);
  return cidr ? findCidr(index, wanted, cidr) : findWords(index, wanted.split(/\s+/));
}

function findCidr({ data, graph, entries }: Index, wanted: string, cidr: Cidr): Found {
  const holds = (other: string) => other.includes(':') === (cidr.family === 6) && overlaps(other, cidr.text);
  const held = new Map<string, SetItem['entries']>();
  for (const set of data.sets) {
    const holding = set.entries.filter((entry) => holds(entry.cidr));
    if (holding.length > 0) held.set(set.id, holding);
  }
  const lists = new Set(data.cidrs.flatMap((list, place) => (list.some(holds) ? [place] : [])));
  const lets = ({ cidrs, except = [] }: Grant) => lists.has(cidrs) && !except.some(holds);

  const kindOf = (id: string) => entries.get(id)?.kind;
  const sets = [...reached(graph.down, held.keys())].filter((id) => kindOf(id) === 'set');
  const next = sets.flatMap((id) => [...(graph.down.get(id) ?? [])]);
  const consumers = new Set(next.filter((id) => kindOf(id) === 'consumer'));
  const targets = data.targets.filter(({ grants }) => grants.some(lets));
  const doors = [...targets.map(({ id }) => id), ...consumers];
  const listedBy = [...countsOf(targets), ...(consumers.size > 0 ? [plural(consumers.size, 'private endpoint')] : [])];
  const names = sets.map((id) => entries.get(id)?.name ?? id);
  return {
    hits: new Set([...held.keys(), ...doors]),
    shown: new Set([...sets, ...reached(graph.down, doors)]),
    held,
    lets,
    narrows: ['who', 'where'],
    opens: targets.length <= FEW,
    text: `${wanted} is in ${some(names) || 'no set'}. It is listed by ${some(listedBy) || 'nothing here'}.`,
  };
}

function findWords({ data, graph, entries }: Index, words: readonly string[]): Found {
  const hits = [...entries].filter(([, entry]) => words.every((word) => entry.words.includes(word))).map(([id]) => id);
  const names = hits.map((id) => entries.get(id)?.name ?? id);
  const shown = pathsThrough(graph, hits);
  return {
    ...NO_ADDRESS,
    hits: new Set(hits),
    shown,
    narrows: ['who', 'where'],
    opens: data.targets.filter(({ id }) => shown.has(id)).length <= FEW,
    text: hits.length > 0 ? `${hits.length} found: ${some(names)}.` : 'Nothing here is called so.',
  };
}

/** One item and its paths; undefined where there is none of that id. */
export function findItem({ data, graph, entries }: Index, id: string): Found | undefined {
  const item = entries.get(id);
  if (!item) return undefined;
  const shown = pathsThrough(graph, [id]);
  const others = [...entries.keys()].filter((other) => other !== id && shown.has(other));
  const named = (kind: Entry['kind']) => others.flatMap((other) => nameOf(entries.get(other), kind));
  const isSource = item.kind === 'set' || item.kind === 'pool';
  const targets = data.targets.filter((target) => shown.has(target.id));
  const ends = isSource ? [...countsOf(targets), ...named('endpoint')] : [...named('set'), ...named('pool')];
  return {
    ...NO_ADDRESS,
    hits: new Set([id]),
    shown,
    narrows: isSource ? ['where'] : [],
    opens: isSource && targets.length <= FEW,
    text: `${item.name} ${isSource ? 'reaches' : 'is reached from'} ${some(ends, 8) || 'nothing'}.`,
  };
}

function nameOf(entry: Entry | undefined, kind: Entry['kind']): string[] {
  return entry?.kind === kind ? [entry.name] : [];
}
