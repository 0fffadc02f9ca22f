import type { Corefile, ServerBlock } from './parser.js';

/** A name with its dot at the end, in lower case, as CoreDNS compares them. */
export function fullyQualified(name: string): string {
  return name.toLowerCase().replace(/\.?$/, '.');
}

/**
 * The server blocks that answer for `name` over plain DNS on `port`: those of the longest zone, as CoreDNS chooses. There
 * may be several, for views and for addresses of their own; those of shorter zones get what these don't take.
 */
export function blocksFor({ blocks }: Corefile, name: string, port = 53): ServerBlock[] {
  const found: ServerBlock[] = [];
  const closed = new Set<string>();
  for (const zone of zonesAbove(fullyQualified(name))) {
    const ofZone = blocks.filter(
      (block) => !closed.has(addressesOf(block)) && block.keys.some((key) => isOf(key, zone, port)),
    );
    found.push(...ofZone.filter((block) => !found.includes(block)));
    for (const block of ofZone) if (!hasView(block)) closed.add(addressesOf(block));
  }
  return found;
}

/** Whether a key depends on the environment of CoreDNS' pods. */
export function isFromEnvironment(key: string): boolean {
  return /\{\$[^}]+\}|\{%.+?%\}/s.test(key);
}

/** `a.b.`, `b.`, `.` */
function zonesAbove(name: string): string[] {
  const labels = name.split('.').slice(0, -1);
  return [...labels.map((_, index) => `${labels.slice(index).join('.')}.`), '.'];
}

/** A key without a port has the one that CoreDNS was told to use, which is the one that is asked. */
function isOf(key: string, zone: string, port: number): boolean {
  const [, host = '', ofKey] = /^(?:dns:\/\/)?(.*?)(?::(\d+))?$/s.exec(key) ?? [];
  return fullyQualified(host) === zone && Number(ofKey ?? port) === port;
}

/** What a block is bound to; nothing is every address that no other is bound to. */
function addressesOf({ directives }: ServerBlock): string {
  const bound = directives.filter(({ name }) => name === 'bind');
  return bound.flatMap(({ tokens }) => tokens.slice(1).map(({ text }) => text)).join(' ');
}

function hasView({ directives }: ServerBlock): boolean {
  return directives.some(({ name }) => name === 'view');
}
