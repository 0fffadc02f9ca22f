import { createHash } from 'node:crypto';
import type { Problem } from '../../../api/problem.js';
import type { DescribedCidr } from '../../../net/aggregate.js';
import { cidrsOf, itemsOf, linesOf } from './cidrs.js';
import { download } from './download.js';
import { HttpSourceError } from './error.js';
import { type ResolveHost, resolveHost } from './host.js';
import { select } from './selector.js';

/** An HTTPS document that lists CIDRs, e.g. a vendor's published ranges. */
export interface HttpSource {
  name: string;
  url: string;
  /** Text: one CIDR or address a line; `#` starts a comment. */
  format: 'Text' | 'JSON';
  /** JMESPath expression that gives the CIDRs of a JSON document; absent: the document is a list of them. */
  select?: string;
  /** PEM; trusted for this source instead of the public CAs. */
  caBundle?: string;
  /** Whether the server of `url` may have a private address. Redirects to one are refused in any case. */
  allowPrivateServer?: boolean;
}

/** What the next read sends along, so that an unchanged document needs no download. */
export interface Validators {
  /** Digest of what was asked. With another selector the answer to the same document is another one. */
  asked: string;
  etag?: string;
  lastModified?: string;
}

export interface HttpDocument {
  /** Distinct, in the document's order; described by the source's name. */
  cidrs: DescribedCidr[];
  validators: Validators;
}

export type HttpSourceResult = { ok: true; value: HttpDocument | 'Unchanged' } | { ok: false; problem: Problem };

export interface HttpSourceOptions {
  /** Of the set: without it CIDRs wider than /8 (IPv6: /16) are refused. */
  allowAnywhere: boolean;
  /** Of the last document that was good, if its CIDRs are still known. */
  validators?: Validators | undefined;
  signal?: AbortSignal;
  resolve?: ResolveHost;
  /** For the whole read, redirects included. */
  timeLimitMs?: number;
}

/** Reads a document whole: it is good to the last CIDR, or refused. */
export async function readHttpSource(source: HttpSource, options: HttpSourceOptions): Promise<HttpSourceResult> {
  const { allowAnywhere, signal, resolve = resolveHost, timeLimitMs = 30_000 } = options;
  const asked = digest(source, allowAnywhere);
  const validators = options.validators?.asked === asked ? options.validators : undefined;
  try {
    const document = await download(source, { validators, resolve, timeLimitMs, signal });
    if (document === 'Unchanged') return { ok: true, value: 'Unchanged' };
    const { text, ...fresh } = document;
    const items = source.format === 'Text' ? linesOf(text) : itemsOf(select(text, source.select));
    return { ok: true, value: { cidrs: cidrsOf(items, source.name, allowAnywhere), validators: { asked, ...fresh } } };
  } catch (error) {
    if (!(error instanceof HttpSourceError)) throw error;
    return { ok: false, problem: { reason: error.reason, message: `http source ${source.name}: ${error.message}` } };
  }
}

function digest({ name, url, format, select: selector }: HttpSource, allowAnywhere: boolean): string {
  return createHash('sha256').update(JSON.stringify([name, url, format, selector, allowAnywhere])).digest('hex');
}
