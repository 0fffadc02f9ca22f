export type HttpSourceReason =
  | 'InvalidUrl'
  | 'AddressRefused'
  | 'RedirectRefused'
  | 'Unreachable'
  | 'UnexpectedStatus'
  | 'TooLarge'
  | 'InvalidSelector'
  | 'InvalidDocument'
  | 'EmptyDocument';

/** Why a document isn't used. Its message holds no query string, and of the document the offending value at most. */
export class HttpSourceError extends Error {
  readonly reason: HttpSourceReason;

  constructor(reason: HttpSourceReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
