import { setTimeout as sleep } from 'node:timers/promises';
import { HttpMethod, type KubeConfig, PatchStrategy, type ResponseContext } from '@kubernetes/client-node';
import { Counter } from 'prom-client';
import { registry } from '../telemetry/metrics.js';
import { KubeError, noAnswer, parseStatus, refused, type Status } from './error.js';
import {
  type KubeObject,
  type Location,
  type ObjectMeta,
  type ObjectRef,
  objectKey,
  pathOf,
  type Resource,
  typeOf,
} from './resource.js';
import { retryDelay } from './retry.js';
import { withDeadline } from './signal.js';
import { Transport } from './transport.js';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ListOptions extends CallOptions {
  /** All namespaces when absent. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

export interface WatchOptions extends ListOptions {
  /** Changes after this version. */
  resourceVersion: string;
  /** A watch that says nothing for so long is taken for dead. Bookmarks come each minute, the first after two. */
  quietMs: number;
}

export interface ApplyOptions extends CallOptions {
  /** The field manager. */
  manager: string;
  /** Take over fields that others have set, rather than fail with Conflict. @default true */
  force?: boolean;
  subresource?: 'status';
}

export interface DeleteOptions extends CallOptions {
  uid?: string | undefined;
}

export interface ObjectList<T> {
  items: T[];
  resourceVersion: string;
}

interface Page<T> {
  metadata: { resourceVersion: string; continue?: string };
  items: T[];
}

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

const verbs = {
  get: { method: HttpMethod.GET, contentType: undefined },
  list: { method: HttpMethod.GET, contentType: undefined },
  watch: { method: HttpMethod.GET, contentType: undefined },
  create: { method: HttpMethod.POST, contentType: 'application/json' },
  apply: { method: HttpMethod.PATCH, contentType: PatchStrategy.ServerSideApply },
  patch: { method: HttpMethod.PATCH, contentType: PatchStrategy.MergePatch },
  delete: { method: HttpMethod.DELETE, contentType: 'application/json' },
} as const;

interface Call extends Location, CallOptions {
  verb: keyof typeof verbs;
  query?: Record<string, string | undefined>;
  body?: unknown;
}

/** Each attempt counts. Every verb but get, list and watch is a mutating call; `code` is 0 where no answer came. */
const requests = new Counter({
  name: 'sallyport_kube_requests_total',
  help: 'Requests to the Kubernetes API server',
  labelNames: ['verb', 'kind', 'code'] as const,
  registers: [registry],
});

const PAGE_SIZE = '500';

/**
 * Objects as raw JSON, whatever their kind. A call ends within its deadline, retries included, and fails with a
 * KubeError, or with the reason of the caller's signal.
 */
export class KubeClient {
  readonly #transport: Transport;
  readonly #deadlineMs: number;

  constructor(config: KubeConfig, { deadlineMs = 30_000 } = {}) {
    this.#transport = new Transport(config);
    this.#deadlineMs = deadlineMs;
  }

  /** undefined when there is no such object. */
  async get<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    { signal }: CallOptions = {},
  ): Promise<T | undefined> {
    return absentWhenNotFound(this.#json<T>({ verb: 'get', resource, ref, signal }));
  }

  /** All pages. */
  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const { namespace, labelSelector, fieldSelector, signal } = options;
    const items: T[] = [];
    for (let next: string | undefined; ; ) {
      const query = { limit: PAGE_SIZE, continue: next, labelSelector, fieldSelector };
      const page = await this.#json<Page<T>>({ verb: 'list', resource, namespace, query, signal });
      // The API server leaves apiVersion and kind out of the items of its own kinds.
      for (const item of page.items) items.push({ ...typeOf(resource), ...item });
      next = page.metadata.continue || undefined;
      if (!next) return { items, resourceVersion: page.metadata.resourceVersion };
    }
  }

  /** Retried only when refused for overload, as an attempt whose answer was lost may have created the object. */
  async create<T extends KubeObject>(
    resource: Resource<T>,
    object: Omit<T, 'apiVersion' | 'kind'>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    const { namespace } = object.metadata;
    return this.#json<T>({ verb: 'create', resource, namespace, body: { ...typeOf(resource), ...object }, signal });
  }

  /** Server-side apply: fields that `manager` set before and that `fields` lacks are removed. */
  async apply<T extends KubeObject>(
    resource: Resource<T>,
    fields: { metadata: ObjectMeta } & Record<string, unknown>,
    { manager, force = true, subresource, signal }: ApplyOptions,
  ): Promise<T> {
    const query = { fieldManager: manager, force: `${force}` };
    const body = { ...typeOf(resource), ...fields };
    return this.#json<T>({ verb: 'apply', resource, ref: fields.metadata, subresource, query, body, signal });
  }

  /** A JSON merge patch: null removes, lists are replaced. With metadata.resourceVersion it fails on a newer object. */
  async patch<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    body: Record<string, unknown>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    return this.#json<T>({ verb: 'patch', resource, ref, body, signal });
  }

  /** Settles, too, when there is no such object; fails with Conflict when the one there is not that of `uid`. */
  async delete<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, { uid, signal }: DeleteOptions = {}) {
    // Else the pods of a Job would stay.
    const rest = { propagationPolicy: 'Background', ...(uid && { preconditions: { uid } }) };
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...rest };
    await absentWhenNotFound(this.#json({ verb: 'delete', resource, ref, body, signal }));
  }

  /**
   * Hears of changes until the API server ends the watch, which it does every 5 to 10 minutes; throws on every other
   * end. One attempt: coming back is the caller's business.
   */
  async watch<T extends KubeObject>(
    resource: Resource<T>,
    { resourceVersion, quietMs, namespace, labelSelector, fieldSelector, signal }: WatchOptions,
    hear: (event: WatchEvent<T>) => void,
  ): Promise<void> {
    const timeoutSeconds = `${Math.round(300 * (1 + Math.random()))}`;
    const selection = { resourceVersion, labelSelector, fieldSelector };
    const query = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds, ...selection };
    const call: Call = { verb: 'watch', resource, namespace, query, signal };
    await withDeadline(quietMs, signal, (inner, refresh) =>
      this.#once(call, inner, async (response) => {
        for await (const line of lines(response)) {
          refresh();
          const event = JSON.parse(line) as WatchEvent<T> | { type: 'ERROR'; object: Status };
          if (event.type === 'ERROR') throw refused(described(call), event.object.code ?? 500, event.object);
          hear(event);
        }
      }),
    );
  }

  async #json<T>(call: Call): Promise<T> {
    return withDeadline(this.#deadlineMs, call.signal, async (signal) => {
      for (let attempts = 1; ; attempts++) {
        try {
          return await this.#once(call, signal, async ({ body }) => JSON.parse(await body.text()) as T);
        } catch (error) {
          const delay =
            error instanceof KubeError
              ? retryDelay(error, { ...verbs[call.verb], body: call.body, attempts })
              : undefined;
          if (delay === undefined || signal.aborted) throw error;
          await sleep(delay, undefined, { signal }).catch(() => {
            call.signal?.throwIfAborted();
            throw error;
          });
        }
      }
    });
  }

  async #once<T>(call: Call, signal: AbortSignal, read: (response: ResponseContext) => Promise<T>): Promise<T> {
    let code = 0;
    try {
      const { body, query = {} } = call;
      const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const path = `${pathOf(call)}?${new URLSearchParams(given)}`;
      const response = await this.#transport.send({ ...verbs[call.verb], path, body, signal });
      code = response.httpStatusCode;
      if (code < 300) return await read(response);
      throw refused(described(call), code, parseStatus(await response.body.text()), response.headers['retry-after']);
    } catch (error) {
      call.signal?.throwIfAborted();
      throw error instanceof KubeError ? error : noAnswer(described(call), error);
    } finally {
      requests.inc({ verb: call.verb, kind: call.resource.kind, code });
    }
  }
}

function described({ verb, resource, ref, subresource }: Call): string {
  const what = ref && [objectKey(ref), subresource].filter(Boolean).join('/');
  return [verb, resource.kind, what].filter(Boolean).join(' ');
}

async function absentWhenNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof KubeError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

async function* lines({ body }: ResponseContext): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of (body.stream() ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
