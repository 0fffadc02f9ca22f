/** Two things measured in one run, by turns. */
export interface DataplaneFigure {
  measure: string;
  unit: string;
  without: number;
  with: number;
}

/** Those without and with come by turns, so that what else the machine does befalls both alike. */
export async function byTurns(
  rounds: number,
  without: () => Promise<number>,
  withIt: () => Promise<number>,
): Promise<{ without: number[]; with: number[] }> {
  const taken = { without: [] as number[], with: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    taken.without.push(await without());
    taken.with.push(await withIt());
  }
  return taken;
}

/** `share`: 0.5 for the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A process' own figure, as Prometheus clients tell them: `process_cpu_seconds_total`. */
export async function figureOf(metricsUrl: string, name: string): Promise<number> {
  const metrics = await (await fetch(metricsUrl)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
}

/** Does the work, and keeps the processor time in seconds that the process spent meanwhile. */
export async function spending<T>(metricsUrl: string, spent: number[], work: () => Promise<T>): Promise<T> {
  const before = await figureOf(metricsUrl, 'process_cpu_seconds_total');
  const done = await work();
  spent.push((await figureOf(metricsUrl, 'process_cpu_seconds_total')) - before);
  return done;
}
