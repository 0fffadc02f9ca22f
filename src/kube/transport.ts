import {
  type HttpMethod,
  IsomorphicFetchHttpLibrary,
  type KubeConfig,
  RequestContext,
  type ResponseContext,
} from '@kubernetes/client-node';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** Connections are rebuilt this often, so that a rotated CA or client certificate is in use by then. */
const POOL_LIFE_MS = 3_600_000;

export interface HttpRequest {
  method: HttpMethod;
  /** With query. */
  path: string;
  body?: unknown;
  contentType: string | undefined;
  signal: AbortSignal;
}

/**
 * HTTP to the API server with a kubeconfig's address and credentials, over connections that are kept:
 * client-node by itself makes a new dispatcher, so a new TLS connection, for each request.
 */
export class Transport {
  readonly #config: KubeConfig;
  readonly #http = new IsomorphicFetchHttpLibrary();
  #pool: { dispatcher: Dispatcher; madeAt: number } | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  async send({ method, path, body, contentType, signal }: HttpRequest): Promise<ResponseContext> {
    const server = this.#config.getCurrentCluster()?.server;
    if (!server) throw new Error('the kubeconfig names no cluster');
    const context = new RequestContext(server.replace(/\/$/, '') + path, method);
    await this.#config.applySecurityAuthentication(context);
    const fresh = context.getDispatcher();
    if (fresh) context.setDispatcher(this.#pooled(fresh));
    context.setHeaderParam('Accept', 'application/json');
    context.setHeaderParam('User-Agent', 'sallyport');
    if (contentType) context.setHeaderParam('Content-Type', contentType);
    if (body !== undefined) context.setBody(JSON.stringify(body));
    context.setSignal(signal);
    return this.#http.send(context).toPromise();
  }

  #pooled(fresh: Dispatcher): Dispatcher {
    if (this.#pool && performance.now() - this.#pool.madeAt < POOL_LIFE_MS) return this.#pool.dispatcher;
    void this.#pool?.dispatcher.close(); // once the requests on it have ended
    this.#pool = { dispatcher: fresh, madeAt: performance.now() };
    return fresh;
  }
}
