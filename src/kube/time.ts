/** metav1.Time: whole seconds, e.g. `2026-11-21T09:00:00Z`. */
export function timestamp(at = new Date()): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** metav1.MicroTime, which wants six digits after the point. */
export function microTimestamp(at = new Date()): string {
  return at.toISOString().replace('Z', '000Z');
}
