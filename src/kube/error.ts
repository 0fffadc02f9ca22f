interface KubeErrorFields {
  /** What was called, e.g. `patch CidrSet office`. */
  call: string;
  /** HTTP status; 0 where no answer came. */
  status: number;
  /** metav1.StatusReason (`Conflict`, `NotFound`, ...), or `NoAnswer`. */
  reason: string;
  message: string;
  /** How long the API server asked to be left alone. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** A call that the API server refused, or that got no answer. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly call: string;
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  constructor({ call, status, reason, message, retryAfterMs, cause }: KubeErrorFields) {
    super(`${call}: ${reason}: ${message}`, { cause });
    this.call = call;
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** metav1.Status, as far as it is read here. */
export interface Status {
  code?: number;
  reason?: string;
  message?: string;
}

/** @param retryAfter the header's seconds */
export function refused(call: string, code: number, { reason, message }: Status, retryAfter?: string): KubeError {
  return new KubeError({
    call,
    status: code,
    reason: reason ?? `HTTP ${code}`,
    message: message ?? '',
    retryAfterMs: Number(retryAfter ?? 0) * 1000 || undefined,
  });
}

/** @param cause what fetch threw; the fact is in its own cause */
export function noAnswer(call: string, cause: unknown): KubeError {
  const fact = (cause as Error).cause ?? cause;
  const { code, message } = fact as { code?: string; message: string };
  return new KubeError({ call, status: 0, reason: 'NoAnswer', message: message || code || String(fact), cause });
}

/** A refusal's body: a Status, or whatever a proxy in between has written. */
export function parseStatus(body: string): Status {
  try {
    return JSON.parse(body) as Status;
  } catch {
    return { message: body.slice(0, 200) };
  }
}
