import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Gauge } from 'prom-client';
import type { Logger } from '../telemetry/log.js';
import { registry } from '../telemetry/metrics.js';
import { jittered } from './backoff.js';
import type { KubeClient } from './client.js';
import type { KubeObject, Resource } from './resource.js';
import { withDeadline } from './signal.js';
import { microTimestamp } from './time.js';

interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}
export interface Lease extends KubeObject {
  spec: LeaseSpec;
}
export const leases: Resource<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};

const master = new Gauge({
  name: 'leader_election_master_status',
  help: '1 while this process is the leader',
  labelNames: ['name'] as const,
  registers: [registry],
});

export interface Election {
  client: KubeClient;
  /** Of the Lease. */
  namespace: string;
  name: string;
  /** Who this process is; no two may be the same. */
  identity: string;
  log: Logger;
  /** A lease that was not renewed for so long may be taken. @default 15000 */
  leaseDurationMs?: number;
  /** A leader that could not renew for so long is none. Must be less than leaseDurationMs. @default 10000 */
  renewDeadlineMs?: number;
  /** Between attempts to get or renew the lease. @default 2000 */
  retryPeriodMs?: number;
}

/** The lease was lost: another process may be leading. What this one does must end at once. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

/**
 * Waits for the lease, then runs `lead` and renews the lease until it has settled, then lets it go, so that the next
 * leader need not wait for it to run out. Aborting `signal` aborts the wait, or the signal that `lead` was given.
 * Rejects with LeadershipLost, without waiting for `lead`, when the lease could not be kept; or as `lead` does.
 */
export async function runWhenLeader(
  election: Election,
  signal: AbortSignal,
  lead: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lock = new LeaseLock(election);
  if (!(await lock.acquire(signal))) return;
  const lost = new AbortController();
  const settled = new AbortController();
  const led = lead(AbortSignal.any([signal, lost.signal])).finally(() => settled.abort());
  const kept = lock.keep(settled.signal);
  kept.catch((error) => lost.abort(error));
  try {
    await Promise.all([led, kept]);
  } finally {
    master.set({ name: election.name }, 0);
    if (!lost.signal.aborted) await kept.then(() => lock.release());
  }
}

/** client-go's way: the holder's clock is never read; a lease is stale when it has not changed here for its duration. */
class LeaseLock {
  readonly #election: Required<Election>;
  readonly #log: Logger;
  #seen: LeaseSpec | undefined;
  #seenAt = 0;
  /** When the write that got or renewed the lease for us was begun. */
  #heldAt = 0;

  constructor(election: Election) {
    this.#election = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000, ...election };
    this.#log = election.log.child({ lease: `${election.namespace}/${election.name}`, identity: election.identity });
  }

  /** @returns false when the signal aborted first */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const { retryPeriodMs, renewDeadlineMs } = this.#election;
    while (!signal.aborted) {
      try {
        if (await this.#hold(renewDeadlineMs)) {
          this.#log.info('became leader');
          master.set({ name: this.#election.name }, 1);
          return true;
        }
      } catch (error) {
        this.#log.warn('lease not acquired', { error });
      }
      await sleep(jittered(retryPeriodMs), undefined, { signal }).catch(() => {});
    }
    return false;
  }

  /** Settles when the signal aborts; rejects with LeadershipLost. */
  async keep(signal: AbortSignal): Promise<void> {
    const { retryPeriodMs, renewDeadlineMs } = this.#election;
    for (;;) {
      await sleep(retryPeriodMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const leftMs = this.#heldAt + renewDeadlineMs - performance.now();
      if (leftMs <= 0) throw new LeadershipLost(`the lease could not be renewed for ${renewDeadlineMs} ms`);
      try {
        if (!(await this.#hold(leftMs))) throw new LeadershipLost(`${this.#seen?.holderIdentity} holds the lease`);
      } catch (error) {
        if (error instanceof LeadershipLost) throw error;
        this.#log.warn('lease not renewed', { error });
      }
    }
  }

  /** Best effort: a lease that stays runs out by itself. */
  async release(): Promise<void> {
    const { client, identity, renewDeadlineMs } = this.#election;
    try {
      await withDeadline(renewDeadlineMs, undefined, async (signal) => {
        const lease = await client.get(leases, this.#election, { signal });
        if (lease?.spec.holderIdentity === identity) await this.#write(lease, { holderIdentity: '' }, signal);
      });
      this.#log.info('let the lease go');
    } catch (error) {
      this.#log.warn('lease not let go', { error });
    }
  }

  /** Gets or renews the lease, in one attempt. @returns whether it is ours now */
  async #hold(deadlineMs: number): Promise<boolean> {
    const { client, namespace, name, identity, leaseDurationMs } = this.#election;
    const begunAt = performance.now();
    return withDeadline(deadlineMs, undefined, async (signal) => {
      const lease = await client.get(leases, { namespace, name }, { signal });
      const { holderIdentity, leaseTransitions = 0 } = lease?.spec ?? {};
      if (lease && holderIdentity && holderIdentity !== identity && !this.#isStale(lease.spec)) return false;
      const renewTime = microTimestamp();
      const taken = { acquireTime: renewTime, leaseTransitions: leaseTransitions + (lease ? 1 : 0) };
      const spec: LeaseSpec = {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
        renewTime,
        ...(holderIdentity !== identity && taken),
      };
      if (lease) await this.#write(lease, spec, signal);
      else await client.create(leases, { metadata: { namespace, name }, spec }, { signal });
      this.#heldAt = begunAt;
      return true;
    });
  }

  #isStale(spec: LeaseSpec): boolean {
    if (!isDeepStrictEqual(spec, this.#seen)) {
      this.#seen = spec;
      this.#seenAt = performance.now();
    }
    return performance.now() - this.#seenAt > (spec.leaseDurationSeconds ?? 0) * 1000;
  }

  /** Fails with Conflict when anyone has written the lease since it was read. */
  async #write({ metadata }: Lease, spec: LeaseSpec, signal: AbortSignal): Promise<void> {
    const { resourceVersion } = metadata;
    await this.#election.client.patch(leases, metadata, { metadata: { resourceVersion }, spec }, { signal });
  }
}
