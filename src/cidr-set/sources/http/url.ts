import { HttpSourceError } from './error.js';
import type { HostAddress } from './host.js';

/** ipaddr.js' names of what an internal server may have. Link-local is not among them: instance credentials are there. */
const INTERNAL: ReadonlySet<string> = new Set(['private', 'uniqueLocal', 'carrierGradeNat', 'loopback']);

/** Where a document is; `from` is given when a redirect says so. */
export function httpsUrl(text: string, from?: URL): URL {
  const url = URL.canParse(text, from?.href) ? new URL(text, from) : undefined;
  if (url?.protocol === 'https:' && !url.username && !url.password) return url;
  const what = url?.protocol === 'https:' ? 'has credentials in it, and none are ever sent' : 'is no https URL';
  throw from
    ? new HttpSourceError('RedirectRefused', `${shownUrl(from)}: what it redirects to ${what}`)
    : new HttpSourceError('InvalidUrl', `url ${what}; write https://host/path`);
}

/** Without its query, which may hold a secret. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}

/** Refuses a server that is not public, unless it is the very one that the user says may be private. */
export function checkServer(
  url: URL,
  addresses: readonly HostAddress[],
  { redirected, allowPrivate }: { redirected: boolean; allowPrivate: boolean },
): void {
  const allowed = ({ range }: HostAddress) =>
    range === 'unicast' || (allowPrivate && !redirected && INTERNAL.has(range));
  const refused = addresses.find((address) => !allowed(address));
  if (!refused) return;
  const what = `${shownUrl(url)}: ${url.hostname} is ${refused.address}, which is not public (${refused.range})`;
  if (redirected) {
    throw new HttpSourceError('RedirectRefused', `${what}, and redirects go to public servers only`);
  }
  const next = INTERNAL.has(refused.range) ? '; set allowPrivate if that is meant' : '';
  throw new HttpSourceError('AddressRefused', what + next);
}
