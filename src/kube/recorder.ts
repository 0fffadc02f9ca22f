import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from '../telemetry/log.js';
import type { KubeClient } from './client.js';
import { KubeError } from './error.js';
import type { KubeObject, Resource } from './resource.js';
import { microTimestamp } from './time.js';

interface Event extends KubeObject {
  eventTime: string;
  reportingController: string;
  reportingInstance: string;
  regarding: Record<string, string | undefined>;
  type: string;
  reason: string;
  action: string;
  note: string;
  series?: { count: number; lastObservedTime: string };
}
const events: Resource<Event> = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};

export interface Occurrence {
  type: 'Normal' | 'Warning';
  /** CamelCase: why, e.g. `RulesAuthorized`. */
  reason: string;
  /** CamelCase: what was being done, e.g. `Apply`. */
  action: string;
  /** For people. Cut at 1 KiB, the API server's limit. */
  note: string;
}

/** The same, said again within this time, counts up the event that is there. */
const SERIES_MS = 600_000;
const MAX_SERIES = 1_000;
const MAX_PENDING = 1_000;

const NOTE_BYTES = 1_024;

interface Series {
  event: Event;
  count: number;
  lastAt: number;
}

/** Tells people of occurrences, where `kubectl describe` shows them. A failure to is logged and harms nothing. */
export class Recorder {
  readonly #client: KubeClient;
  readonly #log: Logger;
  readonly #series = new Map<string, Series>();
  /** One call at a time, as an event must be there before it is counted up. */
  #sending = Promise.resolve();
  #pending = 0;

  constructor({ client, log }: { client: KubeClient; log: Logger }) {
    this.#client = client;
    this.#log = log;
  }

  event(object: KubeObject, occurrence: Occurrence): void {
    if (this.#pending >= MAX_PENDING) {
      this.#log.warn('event dropped: too many wait to be sent', { object: object.metadata.name, ...occurrence });
      return;
    }
    this.#pending++;
    const at = new Date();
    this.#sending = this.#sending.then(async () => {
      try {
        await this.#send(object, occurrence, at);
      } catch (error) {
        this.#log.warn('event not sent', { object: object.metadata.name, ...occurrence, error });
      }
      this.#pending--;
    });
  }

  /** Settles when all that was recorded has been sent. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  async #send(object: KubeObject, { type, reason, action, note }: Occurrence, at: Date): Promise<void> {
    const key = JSON.stringify([object.metadata.uid, type, reason, action, note]);
    const series = this.#series.get(key);
    if (series && (await this.#countUp(series, at))) return;
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const event = await this.#client.create(events, {
      metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace: namespace ?? 'default' },
      eventTime: microTimestamp(at),
      reportingController: 'sallyport.dev/operator',
      reportingInstance: hostname(),
      regarding: { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid, resourceVersion },
      type,
      reason,
      action,
      note: cut(note),
    });
    this.#series.delete(key);
    this.#series.set(key, { event, count: 1, lastAt: at.getTime() });
    const [oldest = key] = this.#series.keys();
    if (this.#series.size > MAX_SERIES) this.#series.delete(oldest);
  }

  /** @returns false when the series has ended, or its event has expired */
  async #countUp(series: Series, at: Date): Promise<boolean> {
    if (at.getTime() - series.lastAt > SERIES_MS) return false;
    const { metadata } = series.event;
    try {
      const body = { series: { count: series.count + 1, lastObservedTime: microTimestamp(at) } };
      await this.#client.patch(events, metadata, body);
    } catch (error) {
      if (error instanceof KubeError && error.reason === 'NotFound') return false;
      throw error;
    }
    series.count++;
    series.lastAt = at.getTime();
    return true;
  }
}

function cut(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= NOTE_BYTES) return note;
  // A stream keeps back the character that the cut has halved.
  return `${new TextDecoder().decode(bytes.subarray(0, NOTE_BYTES - 3), { stream: true })}…`;
}
