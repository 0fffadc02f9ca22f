import type { CidrSet } from '../../api/cidr-set.gen.js';
import { durationMs } from '../../duration.js';
import type { Result } from '../../kube/controller.js';
import type { Recorder } from '../../kube/recorder.js';
import type { Logger } from '../../telemetry/log.js';
import type { Estate } from '../estate.js';
import { discoveredBy } from './discovered.js';
import { sourceEvents } from './events.js';
import type { Memories } from './memories.js';
import { remember } from './memory.js';
import { measureSources } from './metrics.js';
import type { Readings } from './readings.js';
import { sourceText } from './source.js';
import { selectionProblems, sourceStates } from './states.js';

export interface SourcesControllerOptions {
  estate: Estate;
  readings: Readings;
  memories: Memories;
  recorder: Recorder;
  /** Hears when a set may have other CIDRs than before, or others may be missing. */
  onNews(set: string): void;
  log: Logger;
}

/** Reconciles one set's sources: from what was read of them and what is remembered, what the set has now. */
export function sourcesReconciler(options: SourcesControllerOptions) {
  const { estate, memories, onNews } = options;
  return async (name: string): Promise<Result | undefined> => {
    const set = estate.sets.get(name);
    // A set that is being deleted has what it had last, for those that include it.
    if (set?.metadata.deletionTimestamp) return undefined;
    if (set?.spec.discover) return discover(set, options);
    measureSources(name, [], () => undefined);
    if (estate.resolver.forget(name)) onNews(name);
    if (set) await memories.keep(set, new Map());
    return undefined;
  };
}

async function discover(set: CidrSet, options: SourcesControllerOptions): Promise<Result | undefined> {
  const { estate, readings, memories, recorder, onNews, log } = options;
  const { name } = set.metadata;
  const { allowAnywhere, guard } = set.spec;
  const graceMs = durationMs(guard.grace);
  const accounts = estate.accounts.list();
  const now = Date.now();

  const former = memories.of(set);
  const states = sourceStates(set, accounts, former, readings);
  const { memory, problem } = remember(former, states, { now, graceMs, allowAnywhere });
  const failure = await memories.keep(set, memory).then(
    () => undefined,
    (error: Error) => error,
  );

  const unwritten = failure && {
    reason: 'NotRemembered',
    message: `What was found could not be written down: ${failure.message}`,
  };
  const problems = [problem, unwritten, ...selectionProblems(set, accounts)].filter((each) => each !== undefined);
  const discovered = discoveredBy(set, memory, states, problems);
  for (const event of sourceEvents(former, memory, states, graceMs)) {
    log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { set: name, reason: event.reason });
    recorder.event(set, event);
  }
  measureSources(name, discovered.sources, (source) => {
    const { since, lastRead = since } = memory.get(sourceText(source))?.failing ?? {};
    return readings.lastRead(name, source) ?? lastRead;
  });
  if (estate.resolver.keep(name, discovered)) onNews(name);
  if (failure) throw failure;
  // What should have left by now waits for a source that can't be read.
  const leaving = discovered.cidrs.flatMap(({ leavesAt = 0 }) => (leavesAt > now ? leavesAt : []));
  return leaving.length > 0 ? { requeueAfterMs: leaving.reduce((a, b) => Math.min(a, b)) - now } : undefined;
}
