/** An HTTPS document that lists CIDRs, e.g. a vendor's published ranges. */
export interface HttpSource {
  name: string;
  url: string;
  /** Text: one CIDR or address a line; `#` starts a comment. */
  format: 'Text' | 'JSON';
  /** JMESPath expression for the CIDRs of a JSON document. */
  select?: string;
  /** PEM; trusted for this source instead of the public CAs. */
  caBundle?: string;
  /** Whether the host of `url` may have a private address. Redirects to one are refused in any case. */
  allowPrivate: boolean;
}

/** What the next read sends along, so that an unchanged document needs no download. */
export interface Validators {
  /** Digest of what was asked: with another selector the same document has another answer. */
  asked: string;
  etag?: string;
  lastModified?: string;
}
