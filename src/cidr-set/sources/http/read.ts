import { createHash } from 'node:crypto';
import type { Problem } from '../../../api/problem.js';
import type { DescribedCidr } from '../../../net/aggregate.js';
import { cidrsOf, itemsOfSelection, itemsOfText } from './cidrs.js';
import { download } from './download.js';
import { HttpSourceError } from './error.js';
import { type ResolveHost, resolveHost } from './host.js';
import { select } from './selector.js';
import type { HttpSource, Validators } from './source.js';

export interface HttpDocument {
  /** Distinct, in the document's order, described by the source's name. */
  cidrs: DescribedCidr[];
  validators: Validators;
}

export type HttpSourceResult = { ok: true; value: HttpDocument | 'Unchanged' } | { ok: false; problem: Problem };

export interface ReadOptions {
  /** The set's: without it a CIDR wider than /8 (IPv6: /16) is refused, and the document with it. */
  allowAnywhere: boolean;
  /** Of the last document that was good, as long as its CIDRs are known. */
  validators?: Validators | undefined;
  signal?: AbortSignal;
  resolve?: ResolveHost;
  /** For all of it, redirects included. */
  timeLimitMs?: number;
}

/** A source's document, good to the last CIDR or refused whole. */
export async function readHttpSource(source: HttpSource, options: ReadOptions): Promise<HttpSourceResult> {
  const { allowAnywhere, validators, signal, resolve = resolveHost, timeLimitMs = 30_000 } = options;
  const { name, url, format, select: selector = '@' } = source;
  const asked = createHash('sha256')
    .update(JSON.stringify([name, url, format, selector, allowAnywhere]))
    .digest('hex');
  const known = validators?.asked === asked ? validators : undefined;
  try {
    const answer = await download(source, { validators: known, resolve, timeLimitMs, signal });
    if (answer === 'Unchanged') return { ok: true, value: answer };
    const items = format === 'Text' ? itemsOfText(answer.text) : itemsOfSelection(select(answer.text, selector));
    const cidrs = cidrsOf(items, name, allowAnywhere);
    return { ok: true, value: { cidrs, validators: { asked, ...answer.validators } } };
  } catch (error) {
    if (!(error instanceof HttpSourceError)) throw error;
    return { ok: false, problem: { reason: error.reason, message: `http source ${name}: ${error.message}` } };
  }
}
