import { isDeepStrictEqual } from 'node:util';
import type { Finding } from './conditions.js';

/** What the controller of one part of a resource tells, for the one that writes the whole status. */
export interface PartReport<Status> {
  /** The generation of spec that was looked at. */
  generation: number;
  finding: Finding;
  status: Status;
}

/** The last report of each resource's part; undefined where the controller has looked and the part is not there. */
export class Reports<Status> {
  readonly #reports = new Map<string, PartReport<Status> | undefined>();

  /** Returns whether the report says something new. */
  keep(key: string, report: PartReport<Status> | undefined): boolean {
    const isNews = !this.has(key) || !isDeepStrictEqual(report, this.get(key));
    this.#reports.set(key, report);
    return isNews;
  }

  has(key: string): boolean {
    return this.#reports.has(key);
  }

  get(key: string): PartReport<Status> | undefined {
    return this.#reports.get(key);
  }

  forget(key: string): void {
    this.#reports.delete(key);
  }
}
