import { setTimeout as sleep } from 'node:timers/promises';
import { HttpMethod, type KubeConfig, PatchStrategy, type ResponseContext } from '@kubernetes/client-node';
import { Counter } from 'prom-client';
import { registry } from '../telemetry/metrics.js';
import { withDeadline } from './deadline.js';
import { KubeError, noAnswer, parseStatus, refused, type Status } from './error.js';
import type { KubeObject, ObjectMeta, Resource } from './resource.js';
import { retryDelay } from './retry.js';
import { Transport } from './transport.js';

/** Any object's `metadata` is one. */
export type ObjectRef = Pick<ObjectMeta, 'name' | 'namespace'>;

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
  /** The field manager. It takes over fields that others have set. */
  manager: string;
  subresource?: 'status';
}

export interface ObjectList<T> {
  items: T[];
  resourceVersion: string;
}

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

interface Call extends CallOptions {
  verb: 'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'delete';
  method: HttpMethod;
  resource: Resource;
  namespace?: string | undefined;
  name?: string;
  subresource?: string | undefined;
  query?: Record<string, string | undefined>;
  body?: unknown;
  contentType?: string;
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
  async get<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, { signal }: CallOptions = {}) {
    const call: Call = { verb: 'get', method: HttpMethod.GET, resource, ...named(ref), signal };
    return absentWhenNotFound(this.#json<T>(call));
  }

  /** All pages. */
  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const { namespace, labelSelector, fieldSelector, signal } = options;
    const items: T[] = [];
    for (let next: string | undefined; ; ) {
      const query = { limit: PAGE_SIZE, continue: next, labelSelector, fieldSelector };
      const call: Call = { verb: 'list', method: HttpMethod.GET, resource, namespace, query, signal };
      const page = await this.#json<{ metadata: { resourceVersion: string; continue?: string }; items: T[] }>(call);
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
    const body = { ...typeOf(resource), ...object };
    return this.#json<T>({ verb: 'create', method: HttpMethod.POST, resource, namespace, body, signal });
  }

  /** Server-side apply: fields that `manager` set before and that `fields` lacks are removed. */
  async apply<T extends KubeObject>(
    resource: Resource<T>,
    fields: { metadata: ObjectMeta } & Record<string, unknown>,
    { manager, subresource, signal }: ApplyOptions,
  ): Promise<T> {
    return this.#json<T>({
      verb: 'apply',
      method: HttpMethod.PATCH,
      resource,
      ...named(fields.metadata),
      subresource,
      query: { fieldManager: manager, force: 'true' },
      contentType: PatchStrategy.ServerSideApply,
      body: { ...typeOf(resource), ...fields },
      signal,
    });
  }

  /** A JSON merge patch: null removes, lists are replaced. With metadata.resourceVersion it fails on a newer object. */
  async patch<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    body: Record<string, unknown>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    const contentType = PatchStrategy.MergePatch;
    return this.#json<T>({
      verb: 'patch',
      method: HttpMethod.PATCH,
      resource,
      ...named(ref),
      contentType,
      body,
      signal,
    });
  }

  /** Settles, too, when there is no such object. */
  async delete<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, { signal }: CallOptions = {}) {
    const call: Call = { verb: 'delete', method: HttpMethod.DELETE, resource, ...named(ref), signal };
    await absentWhenNotFound(this.#json(call));
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
    const call: Call = { verb: 'watch', method: HttpMethod.GET, resource, namespace, query, signal };
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
          const delay = error instanceof KubeError ? retryDelay(error, { ...call, attempts }) : undefined;
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
      const response = await this.#transport.send({ ...call, path: pathOf(call), signal });
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

function named({ namespace, name }: ObjectRef) {
  return { namespace, name };
}

function typeOf({ group, version, kind }: Resource) {
  return { apiVersion: group ? `${group}/${version}` : version, kind };
}

function described({ verb, resource, namespace, name, subresource }: Call): string {
  return [verb, resource.kind, [namespace, name, subresource].filter(Boolean).join('/')].filter(Boolean).join(' ');
}

function pathOf({ resource, namespace, name, subresource, query = {} }: Call): string {
  const { group, version, plural } = resource;
  const root = group ? ['apis', group, version] : ['api', version];
  const segments = [...root, ...(namespace ? ['namespaces', namespace] : []), plural, name, subresource];
  const path = segments.filter((segment) => segment !== undefined).map(encodeURIComponent);
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/${path.join('/')}?${new URLSearchParams(given)}`;
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
