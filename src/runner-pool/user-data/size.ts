import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { labelsOf, taintsOf } from '../pool.js';
import { type Rendered, USER_DATA, type UserData } from './result.js';

/** EC2's limit, before base64. */
export const MAX_BYTES = 16_384;

/** The cluster's name, address and certificate, Karpenter's own labels and taints, headers: at most, and rounded up. */
const CLUSTER_BYTES = 3_072;
/** What is written around each label and taint. */
const ENTRY_BYTES = 48;

/** The user data with its size, or what is too much. */
export function sized(pool: RunnerPool, userData: Omit<UserData, 'bytes'>): Rendered {
  const added = addedBytes(pool);
  const bytes = Buffer.byteLength(userData.text) + added;
  if (bytes <= MAX_BYTES) return { ok: true, value: { ...userData, bytes } };
  const cause = added > 0 ? `, of which ${added} are what Karpenter adds at most` : '';
  const message = `comes to ${bytes} bytes with all that is merged in${cause}; EC2 takes ${MAX_BYTES}`;
  return { ok: false, problems: [{ path: USER_DATA, message }] };
}

/** What is added on the way to EC2, at most. */
function addedBytes(pool: RunnerPool): number {
  const { provisioner, os } = pool.spec.nodes;
  if (provisioner !== 'Karpenter' || os === 'Custom') return 0;
  const labels = Object.entries(labelsOf(pool)).flat();
  const taints = taintsOf(pool).flatMap(({ key, value = '', effect }) => [key, value, effect]);
  const entries = [...labels, ...taints];
  return CLUSTER_BYTES + entries.reduce((sum, text) => sum + text.length, 0) + (entries.length / 2) * ENTRY_BYTES;
}
