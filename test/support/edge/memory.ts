import type { Answer, EdgeCall } from './call.js';

interface Read {
  /** How many writes the scope had seen. */
  writes: number;
  answer: Answer;
  earlier?: Answer;
}

/** Remembers what reads were answered with before the latest write to their account and region. */
export class Memory {
  readonly #writes = new Map<string, number>();
  readonly #reads = new Map<string, Read>();

  async through(call: EdgeCall, carryOut: () => Promise<Answer>): Promise<Answer> {
    const scope = `${call.accountId} ${call.region} ${call.service}`;
    const writes = this.#writes.get(scope) ?? 0;
    if (call.mutating) {
      this.#writes.set(scope, writes + 1);
      return carryOut();
    }
    const key = `${scope} ${call.path} ${call.params}`;
    const last = this.#reads.get(key);
    const earlier = last && last.writes < writes ? last.answer : last?.earlier;
    if (call.stale && earlier) return earlier;
    const answer = await carryOut();
    this.#reads.set(key, { writes, answer, ...(earlier && { earlier }) });
    return answer;
  }
}
