import type { Answer, EdgeCall } from './call.js';

interface Read {
  /** How often writes to the scope had begun or ended. */
  writes: number;
  answer: Promise<Answer>;
  earlier?: Promise<Answer>;
}

/** Remembers what reads were answered with, and before the latest write to their account and region. */
export class Memory {
  readonly #writes = new Map<string, number>();
  readonly #reads = new Map<string, Read>();

  async through(call: EdgeCall, carryOut: () => Promise<Answer>): Promise<Answer> {
    const scope = `${call.accountId} ${call.region} ${call.service}`;
    if (call.mutating) {
      this.#wrote(scope);
      return carryOut().finally(() => this.#wrote(scope));
    }
    const writes = this.#writes.get(scope) ?? 0;
    const key = `${scope} ${call.action} ${call.path} ${call.params.size > 0 ? call.params : call.body}`;
    const last = this.#reads.get(key);
    const earlier = last && last.writes < writes ? last.answer : last?.earlier;
    if (call.stale && earlier) return earlier;
    // moto takes seconds to list 20,000 rules; while nobody writes, the list stays the same, also for who asks meanwhile.
    if (last?.writes === writes && call.action.startsWith('DescribeSecurityGroup')) return last.answer;
    const answer = carryOut();
    this.#reads.set(key, { writes, answer, ...(earlier && { earlier }) });
    // A refusal is not remembered.
    answer.catch(() => (last ? this.#reads.set(key, last) : this.#reads.delete(key)));
    return answer;
  }

  forget(): void {
    this.#reads.clear();
  }

  #wrote(scope: string): void {
    this.#writes.set(scope, (this.#writes.get(scope) ?? 0) + 1);
  }
}
