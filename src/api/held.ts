/** Why nothing is written for a resource, for people; undefined where it is. `planOnly`: the whole install writes nothing. */
export function heldBecause(mode: 'Enforce' | 'Plan', planOnly: boolean): string | undefined {
  if (planOnly) return 'Sallyport runs with --plan, so nothing is written';
  return mode === 'Plan' ? 'mode is Plan, so nothing is written' : undefined;
}
