import type { RunnerPoolSpec } from '../../api/runner-pool.gen.js';

export type CertificateAuthority = NonNullable<RunnerPoolSpec['nodes']['certificateAuthorities']>[number];

/** The same bytes for the same certificates, however YAML indented or ended their lines. */
export function normalPem(pem: string): string {
  const lines = pem.split('\n').map((line) => line.trim());
  return `${lines.filter(Boolean).join('\n')}\n`;
}
