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
  timeLimitMs: number;
  signal: AbortSignal | undefined;
}

export async function download(source: HttpSource, options: DownloadOptions): Promise<Downloaded | 'Unchanged'> {
  const { timeLimitMs } = options;
  const timeout = AbortSignal.timeout(timeLimitMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  let url = httpsUrl(source.url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    try {
      const answer = await ask(url, redirects > 0, source, { ...options, signal });
      if (!(answer instanceof URL)) return answer;
      url = answer;
    } catch (error) {
      if (error instanceof HttpSourceError) throw error;
      throw unreachable(url, timeout.aborted ? new Error(`no whole answer within ${timeLimitMs / 1000} s`) : error);
    }
  }
  const message = `more than ${MAX_REDIRECTS} redirects led here; give the URL that the document is at`;
  throw new HttpSourceError('RedirectRefused', `${shownUrl(url)}: ${message}`);
}

/** The document, or where to look for it. The server is checked first, and the connection goes to what was checked. */
async function ask(
  url: URL,
  redirected: boolean,
  { allowPrivate, caBundle }: HttpSource,
  { validators, resolve, signal }: DownloadOptions & { signal: AbortSignal },
): Promise<Downloaded | 'Unchanged' | URL> {
  const addresses = await Promise.race([resolve(url.hostname.replace(/^\[|\]$/g, '')), aborted(signal)]);
  checkServer(url, addresses, { redirected, allowPrivate });
  const agent = connectingTo(addresses, caBundle);
  try {
    const headers = headersWith(validators);
    const response = await fetch(url, { dispatcher: agent, redirect: 'manual', signal, headers });
    const location = response.headers.get('location');
    if (REDIRECTS.has(response.status) && location) return httpsUrl(location, url);
    if (response.status === 304 && validators) return 'Unchanged';
    return await read(response, url);
  } finally {
    await agent.destroy();
  }
}

/** A name may stand for another address each time it is looked up, so connecting looks up nothing. */
function connectingTo(addresses: HostAddress[], ca: string | undefined): Agent {
  return new Agent({
    connect: { autoSelectFamily: true, lookup: (_host, _options, found) => found(null, addresses), ca },
  });
}

function headersWith(validators: Validators | undefined): Record<string, string> {
  return {
    'user-agent': 'sallyport',
    ...(validators?.etag && { 'if-none-match': validators.etag }),
    ...(validators?.lastModified && { 'if-modified-since': validators.lastModified }),
  };
}

async function read({ status, headers, body }: Response, url: URL): Promise<Downloaded> {
  if (status !== 200 || !body) {
    const next = status === 429 || status >= 500 ? 'trying again' : 'check the url';
    throw new HttpSourceError('UnexpectedStatus', `${shownUrl(url)}: HTTP status ${status}; ${next}`);
  }
  if (!headers.has('content-length') && !headers.has('transfer-encoding')) {
    const message = 'the answer says no length, so half of it would look whole; have the server send Content-Length';
    throw new HttpSourceError('InvalidDocument', `${shownUrl(url)}: ${message}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) {
      const message = `more than ${MAX_BYTES / 2 ** 20} MiB, which no list of CIDRs has; check what is there`;
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

function unreachable(url: URL, error: unknown): HttpSourceError {
  // fetch's own message is `fetch failed`, whatever the cause is.
  const { cause = error } = error as { cause?: unknown };
  const { code = '', message = '' } = cause as Partial<NodeJS.ErrnoException>;
  const next = /CERT|VERIFY|ISSUER/.test(code) ? 'if its CA is a private one, give it as caBundle' : 'trying again';
  const said = (message || code).slice(0, MAX_CAUSE_LENGTH);
  return new HttpSourceError('Unreachable', `${shownUrl(url)}: ${said}; ${next}`);
}
