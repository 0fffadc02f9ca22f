import { resetAfter } from './edge/effects.js';
import type { Ground, RunningOperator } from './ground.js';

export interface Death {
  /** As the edge knows it: `eks`. */
  service: string;
  /** The first call to it, from 1, whose answer never comes; nor do those of later ones. */
  nth: number;
  start(): RunningOperator;
  /** Resolves when the operator has done all that it is to do. */
  done(): Promise<unknown>;
}

/** Runs an operator until it dies so. Resolves to false where it was done before. */
export async function diesAt({ edge }: Ground, { service, nth, start, done }: Death): Promise<boolean> {
  let calls = 0;
  let tell = () => {};
  const death = new Promise<true>((resolve) => {
    tell = () => resolve(true);
  });
  const deadly = resetAfter();
  const fault = edge.fault({
    match: { service },
    effect: async (call, next) => {
      if (++calls < nth) return next();
      return deadly(call, next).finally(tell);
    },
  });
  const operator = start();
  const died = await Promise.race([death, done().then(() => false)]);
  await operator.stop();
  fault.stop();
  return died;
}
