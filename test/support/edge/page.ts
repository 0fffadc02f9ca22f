import { Refusal } from './call.js';

/** Cuts a list into the pages of the JSON protocols; a token is the place where its page begins. */
export function pageOf<T>(
  items: readonly T[],
  size: unknown,
  token: unknown,
  most = 100,
): { items: T[]; next: string | undefined } {
  const from = Number(token ?? 0);
  if (!(from >= 0)) throw new Refusal(400, 'InvalidNextTokenException', 'The token is not valid.');
  const to = from + Math.min(Number(size ?? most), most);
  return { items: items.slice(from, to), next: to < items.length ? `${to}` : undefined };
}
