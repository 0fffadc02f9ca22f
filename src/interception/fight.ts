import { exponential } from '../kube/backoff.js';

/** Repairs of what somebody takes out again and again. */
export interface Fight {
  repairs: number;
  /** In milliseconds. */
  lastAt: number;
}

const WITHIN_MS = 600_000;
/** As many are made at once. */
const AT_ONCE = 3;

/** How long the next repair waits, from the last one on. */
function pauseMs({ repairs }: Fight): number {
  return repairs < AT_ONCE ? 0 : exponential(repairs - AT_ONCE, 60_000, 3_600_000);
}

/** The fight that a repair now is part of. */
export function repaired(former: Fight | undefined, now: number): Fight {
  const goesOn = former && now - former.lastAt < WITHIN_MS + pauseMs(former);
  return { repairs: goesOn ? former.repairs + 1 : 1, lastAt: now };
}

/** How long the next repair still has to wait. */
export function waitMs(fight: Fight | undefined, now: number): number {
  return fight ? Math.max(0, fight.lastAt + pauseMs(fight) - now) : 0;
}

/** Whether somebody has been fighting lately. */
export function isFighting(fight: Fight | undefined, now: number): fight is Fight {
  return fight !== undefined && fight.repairs >= AT_ONCE && now - fight.lastAt < WITHIN_MS + pauseMs(fight);
}
