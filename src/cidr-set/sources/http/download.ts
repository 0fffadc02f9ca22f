import { Agent, fetch, type Response } from 'undici';
import { HttpSourceError } from './error.js';
import type { HostAddress, ResolveHost } from './host.js';
import type { HttpSource, Validators } from './source.js';
import { checkServer, httpsUrl, shownUrl } from './url.js';

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_BYTES = 16 * 2 ** 20;
const MAX_CAUSE_LENGTH = 200;

export interface Downloaded {
  text: string;
  validators: Omit<Validators, 'asked'>;
}

export interface DownloadOptions {
  validators: Validators | undefined;
  resolve: ResolveHost;
  /** Aborted with the reason `TimeoutError` when the time is over. */
  signal: AbortSignal;
}

/** Each server is checked before it is asked, and the connection goes to the very addresses that were checked. */
export async function download(source: HttpSource, options: DownloadOptions): Promise<Downloaded | 'Unchanged'> {
  let url = httpsUrl(source.url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await ask(url, redirects > 0, source, options);
    if (!(answer instanceof URL)) return answer;
    url = answer;
  }
  const message = `${shownUrl(url)}: more than ${MAX_REDIRECTS} redirects led here; give the URL that the document is at`;
  throw new HttpSourceError('RedirectRefused', message);
}

/** One hop: the document, or where it is to be looked for. */
async function ask(
  url: URL,
  redirected: boolean,
  { caBundle, allowPrivateServer }: HttpSource,
  { validators, resolve, signal }: DownloadOptions,
): Promise<Downloaded | 'Unchanged' | URL> {
  let agent: Agent | undefined;
  try {
    const addresses = await Promise.race([resolve(url.hostname.replace(/^\[|\]$/g, '')), aborted(signal)]);
    checkServer(url, addresses, { redirected, allowPrivate: allowPrivateServer ?? false });
    agent = connectingTo(addresses, caBundle);
    const headers = conditions(validators);
    const response = await fetch(url, { dispatcher: agent, redirect: 'manual', signal, headers });
    const location = response.headers.get('location');
    if (REDIRECTS.has(response.status) && location) return httpsUrl(location, url);
    if (response.status === 304 && validators) return 'Unchanged';
    return await read(response, url);
  } catch (cause) {
    throw cause instanceof HttpSourceError ? cause : unreachable(url, cause);
  } finally {
    await agent?.destroy();
  }
}

/** A name may stand for another address at each look-up, so none is made when the connection is. */
function connectingTo(addresses: HostAddress[], ca: string | undefined): Agent {
  return new Agent({ connect: { autoSelectFamily: true, lookup: (_host, _options, found) => found(null, addresses), ca } });
}

function conditions(validators: Validators | undefined): Record<string, string> {
  return {
    'user-agent': 'sallyport',
    ...(validators?.etag && { 'if-none-match': validators.etag }),
    ...(validators?.lastModified && { 'if-modified-since': validators.lastModified }),
  };
}

async function read({ status, headers, body }: Response, url: URL): Promise<Downloaded> {
  if (status !== 200 || !body) {
    throw new HttpSourceError('UnexpectedStatus', `${shownUrl(url)}: HTTP status ${status}; trying again`);
  }
  if (!headers.has('content-length') && !headers.has('transfer-encoding')) {
    const message = 'the answer does not say where it ends, so that half of it looks whole; have the server send its length';
    throw new HttpSourceError('InvalidDocument', `${shownUrl(url)}: ${message}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) {
      const message = `larger than ${MAX_BYTES / 2 ** 20} MiB, which no list of CIDRs is; check what is there`;
      throw new HttpSourceError('TooLarge', `${shownUrl(url)}: ${message}`);
    }
    chunks.push(chunk);
  }
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  return { text, validators: { ...(etag && { etag }), ...(lastModified && { lastModified }) } };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** `fetch failed` tells nothing, what caused it does. */
function unreachable(url: URL, error: unknown): HttpSourceError {
  const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  const next = /CERT|VERIFY|ISSUER/.test(code ?? '') ? 'a private CA belongs into caBundle' : 'trying again';
  const text = (message || code || String(cause)).slice(0, MAX_CAUSE_LENGTH);
  return new HttpSourceError('Unreachable', `${shownUrl(url)}: ${text}; ${next}`);
}
