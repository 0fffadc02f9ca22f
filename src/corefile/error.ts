export type CorefileReason =
  /** A server block without braces: nothing can be put into it without changing what it is. */
  | 'NoBraces'
  /** A brace too few or too many. CoreDNS takes some of these today and none of them with a line more. */
  | 'Unbalanced'
  /** CoreDNS would not load it. */
  | 'Syntax'
  /** No server block answers for a name that is to be rewritten. */
  | 'NoServerBlock'
  /** A name or a marker that can't stand in a Corefile as it is. */
  | 'InvalidRewrite'
  /** The edit would change what CoreDNS makes of something else in the Corefile. */
  | 'Unsafe';

/** Why a Corefile isn't edited; `line` is where, from 1. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError';
  readonly reason: CorefileReason;
  readonly line: number | undefined;

  constructor(reason: CorefileReason, message: string, line?: number) {
    super(line === undefined ? message : `line ${line}: ${message}`);
    this.reason = reason;
    this.line = line;
  }
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: CorefileError };

/** Runs `work`, with a CorefileError that it throws as a value. */
export function resultOf<T>(work: () => T): Result<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof CorefileError) return { ok: false, error };
    throw error;
  }
}
