/** baseMs, doubled with each earlier attempt, capMs at most. */
export function exponential(attempts: number, baseMs: number, capMs: number): number {
  return Math.min(baseMs * 2 ** attempts, capMs);
}

/** Between half and one and a half of it, so that clients that failed together do not come back together. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random());
}

/** Give or take a tenth, so that what began together does not stay together. */
export function aboutEvery(ms: number): number {
  return ms * (0.9 + Math.random() * 0.2);
}
