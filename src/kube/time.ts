/** metav1.Time: whole seconds, e.g. `2026-11-21T09:00:00Z`. */
export function timestamp(at = new Date()): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** metav1.MicroTime, which wants six digits after the point. */
export function microTimestamp(at = new Date()): string {
  return at.toISOString().replace('Z', '000Z');
}

/** For people: `2026-11-21 09:00 UTC`. @param at milliseconds */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
