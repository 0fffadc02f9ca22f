import { type EdgeCall, Refusal } from './call.js';

/**
 * A call that comes again with its token makes nothing twice.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export class ClientTokens {
  readonly #made = new Map<string, { asked: string; id: string }>();

  /** What the same call made before. */
  madeBy(call: EdgeCall): string | undefined {
    const earlier = this.#made.get(keyOf(call));
    if (!earlier) return undefined;
    if (earlier.asked === `${call.params}`) return earlier.id;
    throw new Refusal(400, 'IdempotentParameterMismatch', 'The request uses the same client token as another one');
  }

  remember(call: EdgeCall, id: string): void {
    if (call.params.has('ClientToken')) this.#made.set(keyOf(call), { asked: `${call.params}`, id });
  }

  empty(): void {
    this.#made.clear();
  }
}

function keyOf({ accountId, region, action, params }: EdgeCall): string {
  return `${accountId} ${region} ${action} ${params.get('ClientToken')}`;
}
