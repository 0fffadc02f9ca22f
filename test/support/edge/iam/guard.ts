import { operatorPolicy } from '../../../../src/iam/operator.js';
import { permissions } from '../../../../src/iam/permissions.js';
import { type PolicyDocument, policiesFor } from '../../../../src/iam/policy.js';
import type { EdgeCall } from '../call.js';
import { denial } from '../effects.js';
import { isAllowed } from './evaluate.js';
import { questionsOf } from './questions.js';
import { type TagSources, tagsOf } from './resource-tags.js';

const PARTITION = 'aws';
const OWN = [operatorPolicy([], PARTITION)];

/** Refuses what the policies that Sallyport prints don't grant. */
export class Guard {
  readonly #sources: TagSources;
  #granted: readonly PolicyDocument[] = [];

  constructor(sources: TagSources) {
    this.#sources = sources;
    this.reset();
  }

  /** What roles are granted, instead of all that Sallyport asks for. */
  permit(policies: readonly PolicyDocument[]): void {
    this.#granted = policies;
  }

  reset(): void {
    this.#granted = policiesFor(permissions, { partition: PARTITION });
  }

  /**
   * @param who makes the call: a role that was assumed, or Sallyport's own identity, of which only that is watched
   * @throws Refusal, of what the first of IAM's questions is that has no yes
   */
  async check(call: EdgeCall, who: 'role' | 'own'): Promise<void> {
    const assumes = call.service === 'sts' && call.action === 'AssumeRole';
    if (who === 'own' && !assumes) return;
    const policies = who === 'own' ? OWN : this.#granted;
    for (const question of questionsOf(call)) {
      const allowed = await isAllowed(policies, question, (arn) => tagsOf(arn, call, this.#sources));
      if (!allowed) throw denial(call, question.action, question.resource);
    }
  }
}
