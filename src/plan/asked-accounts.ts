import { cut } from '../cut.js';
import { ManifestError } from './manifests.js';
import type { Declared } from './merge.js';

/** @throws ManifestError where `--account` names an AwsAccount that is declared nowhere */
export function checkAskedAccounts(asked: readonly string[], { accounts }: Pick<Declared, 'accounts'>): void {
  const names = accounts.map(({ metadata }) => metadata.name);
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  const known = names.length > 0 ? `; declared: ${cut(names, 10)}` : '';
  throw new ManifestError([`there is no AwsAccount ${unknown.join(', ')}${known}`]);
}
