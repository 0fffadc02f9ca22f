import pMap from 'p-map';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { scopeKey } from '../aws/scope.js';
import type { Sessions } from '../aws/session.js';
import type { Estate } from '../cidr-set/estate.js';
import { discoveredBy } from '../cidr-set/sources/discovered.js';
import { keepInventory, readSources } from '../cidr-set/sources/discovery-controller.js';
import { readHttpSource } from '../cidr-set/sources/http/read.js';
import { type Memory, remember } from '../cidr-set/sources/memory.js';
import { Readings } from '../cidr-set/sources/readings.js';
import { askedKinds, selectionProblems, sourceStates } from '../cidr-set/sources/states.js';
import { durationMs } from '../duration.js';
import { awsReadError } from './read-error.js';
import type { ReadError } from './report.js';

/** Reading side by side: the limiter paces the calls to AWS. */
export const CONCURRENCY = 8;

export interface DiscoverOptions {
  estate: Estate;
  sessions: Sessions;
  /** What the set's sources gave before. */
  memoryOf(set: CidrSet): Memory;
  signal: AbortSignal;
}

/** Reads the sources of all sets once, and tells the estate what they give. Returns those that could not be read. */
export async function discover({ estate, sessions, memoryOf, signal }: DiscoverOptions): Promise<ReadError[]> {
  const sets = estate.sets.list().filter(({ metadata, spec }) => spec.discover && !metadata.deletionTimestamp);
  const readings = new Readings();

  const inScopes = await pMap(
    estate.places(),
    async (place): Promise<ReadError[]> => {
      const kinds = askedKinds(sets, place.account, place.scope.region);
      if (kinds.length === 0) return [];
      const inventory = await readSources(place, kinds, sessions, signal);
      keepInventory(readings, scopeKey(place.scope), inventory);
      return [...inventory].flatMap(([kind, result]) =>
        result.ok ? [] : awsReadError(result.error, place.scope, kind),
      );
    },
    { concurrency: CONCURRENCY },
  );

  const documents = sets.flatMap((set) => (set.spec.discover?.http ?? []).map((source) => ({ set, source })));
  const inDocuments = await pMap(
    documents,
    async ({ set: { metadata, spec }, source }): Promise<ReadError[]> => {
      const result = await readHttpSource(source, { allowAnywhere: spec.allowAnywhere, signal });
      readings.keepDocument(metadata.name, source, result, Date.now());
      return result.ok ? [] : [{ where: `CidrSet ${metadata.name}`, message: result.problem.message }];
    },
    { concurrency: CONCURRENCY },
  );

  for (const set of sets) estate.resolver.keep(set.metadata.name, discovered(set, estate, memoryOf(set), readings));
  return [...inScopes, ...inDocuments].flat();
}

function discovered(set: CidrSet, estate: Estate, former: Memory, readings: Readings) {
  const accounts = estate.accounts.list();
  const { allowAnywhere, guard } = set.spec;
  const states = sourceStates(set, accounts, former, readings);
  const options = { now: Date.now(), graceMs: durationMs(guard.grace), allowAnywhere };
  const { memory, problem } = remember(former, states, options);
  return discoveredBy(set, memory, states, [...(problem ? [problem] : []), ...selectionProblems(set, accounts)]);
}
