import { markedRewrites } from '../corefile/marks.js';
import { type Corefile, type Directive, parseCorefile } from '../corefile/parser.js';
import { reloadHash } from '../corefile/reload-hash.js';

function directivesOf({ blocks }: Corefile, plugin: string): Directive[] {
  return blocks.flatMap(({ directives }) => directives.filter(({ name }) => name === plugin));
}

/** `cluster.local`; undefined where CoreDNS doesn't serve the cluster's names. */
export function clusterDomain(corefile: Corefile): string | undefined {
  return directivesOf(corefile, 'kubernetes')[0]?.tokens[1]?.text.replace(/\.$/, '');
}

/** That CoreDNS tells its metrics on; undefined where it doesn't. */
export function metricsPort(corefile: Corefile): number | undefined {
  const [directive] = directivesOf(corefile, 'prometheus');
  return directive && Number(/:(\d+)$/.exec(directive.tokens[1]?.text ?? '')?.[1] ?? 9153);
}

/** A Corefile without what any install's resources have in it. */
export function withoutAnyRewrites(text: string): string {
  return markedRewrites(text).reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

/** What CoreDNS tells once it has seen this Corefile; undefined where that can't be known. */
export function expectedHash(text: string): string | undefined {
  const parsed = parseCorefile(text);
  return parsed.ok ? reloadHash(parsed.value) : undefined;
}
