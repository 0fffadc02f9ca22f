import type { Client, Command, MetadataBearer } from '@smithy/types';
import type { AwsError } from './errors.js';
import type { Limiter } from './limiter.js';
import type { Scope } from './scope.js';

export type AwsResult<T> = { ok: true; value: T } | { ok: false; error: AwsError };

/** The one road to a service of AWS in one scope. Nothing here throws: failures are values. */
export class ServiceScope<In extends object, Out extends MetadataBearer, Config> {
  constructor(
    readonly client: Client<In, Out, Config>,
    readonly scope: Scope,
    readonly limiter: Limiter,
    readonly signal?: AbortSignal,
  ) {}

  async send<I extends In, O extends Out>(_command: Command<In, I, Out, O, Config>): Promise<AwsResult<O>> {
    throw new Error('to come');
  }

  /** All pages, or the failure of any. Ends at a page without a token, not at an empty one. */
  async all<I extends In, O extends Out & { NextToken?: string | undefined }, T>(
    _command: (NextToken: string | undefined) => Command<In, I, Out, O, Config>,
    _pick: (page: O) => T[] | undefined,
  ): Promise<AwsResult<T[]>> {
    throw new Error('to come');
  }
}
