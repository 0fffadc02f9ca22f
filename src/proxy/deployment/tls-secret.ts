import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { Problem } from '../../api/problem.js';
import { objectKey } from '../../kube/resource.js';
import type { Secret } from '../../kube/secrets.js';
import { timestamp, timeText } from '../../kube/time.js';

export interface CheckedCertificate {
  /** Why the proxy can't do with it. */
  problem?: Problem;
  /** Of the certificate, which is public; never of the key. */
  digest?: string;
  /** See timestamp. */
  expires?: string;
}

/**
 * Whether what a Secret has is good for all `names` at `now`. Nothing of the key is in what it returns.
 * @param now milliseconds
 */
export function checkCertificate(secret: Secret, names: readonly string[], now: number): CheckedCertificate {
  const where = `Secret ${objectKey(secret.metadata)}`;
  const invalid = (why: string) => ({ problem: { reason: 'CertificateInvalid', message: `${where} ${why}` } });
  if (secret.type !== 'kubernetes.io/tls') {
    return invalid(`is of type ${secret.type}; make one of type kubernetes.io/tls in its place`);
  }
  const text = bytesOf(secret, 'tls.crt');
  const certificate = attempt(() => new X509Certificate(text));
  if (!certificate) return invalid('has no certificate in tls.crt; write it there as PEM, before those of its issuers');
  const key = attempt(() => createPrivateKey(bytesOf(secret, 'tls.key')));
  if (!key || !certificate.checkPrivateKey(key)) {
    return invalid(
      "has another key in tls.key than that of the first certificate in tls.crt; write the certificate's own",
    );
  }
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const checked = { digest, expires: timestamp(new Date(certificate.validTo)) };
  const problem = validity(certificate, now, where) ?? missingNames(certificate, names, where);
  return { ...checked, ...(problem && { problem }) };
}

function validity(certificate: X509Certificate, now: number, where: string): Problem | undefined {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  const words = `the certificate in ${where} is good from ${timeText(from)} to ${timeText(to)}`;
  if (now >= to) return { reason: 'CertificateExpired', message: `${words}; write a new one there` };
  if (now >= from) return undefined;
  return { reason: 'CertificateInvalid', message: `${words}, and it is earlier than that; write another, or wait` };
}

function missingNames(certificate: X509Certificate, names: readonly string[], where: string): Problem | undefined {
  // Clients look at the subject's name no more.
  const missing = names.filter((name) => certificate.checkHost(name, { subject: 'never' }) === undefined);
  if (missing.length === 0) return undefined;
  const message = `the certificate in ${where} lacks ${missing.join(', ')}; write one there that has them too`;
  return { reason: 'CertificateLacksNames', message };
}

function bytesOf({ data = {} }: Secret, key: string): Buffer {
  return Buffer.from(data[key] ?? '', 'base64');
}

/** What OpenSSL has to say against it may quote it, so that is not passed on. */
function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
