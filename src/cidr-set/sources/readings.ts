import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../api/problem.js';
import { scopeKey } from '../../aws/scope.js';
import type { DescribedCidr } from '../../net/aggregate.js';
import type { Found } from './aws/found.js';
import type { HttpDocument, HttpSourceResult } from './http/read.js';
import type { HttpSource, Validators } from './http/source.js';
import type { AwsSourceKind, Reading, SourceRef } from './source.js';

interface Document {
  source: HttpSource;
  reading: Reading<readonly DescribedCidr[]>;
  /** The last one that was good. */
  good?: HttpDocument;
}

type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** What this process has read last of every source in every place, for all sets. */
export class Readings {
  readonly #scopes = new Map<string, ReadonlyMap<AwsSourceKind, Reading<readonly Found[]>>>();
  readonly #documents = new Map<string, Document>();

  /** By scopeKey. */
  inScope(scope: string, kind: AwsSourceKind): Reading<readonly Found[]> | undefined {
    return this.#scopes.get(scope)?.get(kind);
  }

  /** Of a source as it is declared now. */
  ofDocument(set: string, source: HttpSource): Reading<readonly DescribedCidr[]> | undefined {
    const document = this.#documents.get(documentKey(set, source.name));
    return document && isDeepStrictEqual(document.source, source) ? document.reading : undefined;
  }

  /** When a source of the set was last read whole, if this process did. */
  lastRead(set: string, { name, account, region }: SourceRef): number | undefined {
    const [kind = '', source = ''] = name.split(/\/(.*)/);
    const reading =
      account && region
        ? this.inScope(scopeKey({ account, region }), kind as AwsSourceKind)
        : this.#documents.get(documentKey(set, source))?.reading;
    return reading?.ok ? reading.at : reading?.lastRead;
  }

  validators(set: string, source: HttpSource): Validators | undefined {
    return this.#documents.get(documentKey(set, source.name))?.good?.validators;
  }

  /** @returns whether any of it is news */
  keepScope(scope: string, results: ReadonlyMap<AwsSourceKind, Result<readonly Found[]>>, now: number): boolean {
    const former = this.#scopes.get(scope);
    const readings = [...results].map(([kind, result]) => [kind, readingOf(result, former?.get(kind), now)] as const);
    this.#scopes.set(scope, new Map(readings));
    return readings.some(([kind, reading]) => isNews(reading, former?.get(kind)));
  }

  /** @returns whether any of it is news */
  keepDocument(set: string, source: HttpSource, result: HttpSourceResult, now: number): boolean {
    const key = documentKey(set, source.name);
    const former = this.#documents.get(key);
    const good = result.ok && result.value !== 'Unchanged' ? result.value : former?.good;
    const cidrs: Result<readonly DescribedCidr[]> = result.ok ? { ok: true, value: good?.cidrs ?? [] } : result;
    const reading = readingOf(cidrs, former?.reading, now);
    this.#documents.set(key, { source, reading, ...(good && { good }) });
    return !isDeepStrictEqual(former?.source, source) || isNews(reading, former?.reading);
  }

  forgetScope(scope: string): void {
    this.#scopes.delete(scope);
  }

  forgetDocument(set: string, name: string): void {
    this.#documents.delete(documentKey(set, name));
  }
}

function documentKey(set: string, name: string): string {
  return `${set}/${name}`;
}

function readingOf<T>(result: Result<T>, former: Reading<T> | undefined, now: number): Reading<T> {
  if (result.ok) return { ok: true, value: result.value, at: now };
  const lastRead = former?.ok ? former.at : former?.lastRead;
  return { ok: false, problem: result.problem, ...(lastRead !== undefined && { lastRead }) };
}

function isNews<T>(reading: Reading<T>, former: Reading<T> | undefined): boolean {
  const essence = (each: Reading<T> | undefined) => (each?.ok ? { value: each.value } : each?.problem);
  return !isDeepStrictEqual(essence(reading), essence(former));
}
