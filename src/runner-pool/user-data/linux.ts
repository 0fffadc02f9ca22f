import { hostsFiles } from './files.js';
import type { UserDataInput } from './input.js';
import { mimeText, type Part, partsOf, SHELL_SCRIPT } from './mime.js';
import { mirrorsOf } from './mirrors.js';
import { checkedPart, ownNodeConfig } from './node-config.js';
import { normalPem } from './pem.js';
import { type Rendered, USER_DATA } from './result.js';
import { scriptOf } from './script.js';
import { sized } from './size.js';

/** Where a distribution keeps CAs, and what makes it read them. */
const TRUST = {
  AL2023: { directory: '/etc/pki/ca-trust/source/anchors', extension: 'pem', command: 'update-ca-trust' },
  Ubuntu: { directory: '/usr/local/share/ca-certificates', extension: 'crt', command: 'update-ca-certificates' },
} as const;

type Os = keyof typeof TRUST;

/** A MIME document: a shell script for mirrors and CAs, AL2023's NodeConfig, and then the user's own parts. */
export function linuxUserData(input: UserDataInput, os: Os): Rendered {
  const { pool } = input;
  const { provisioner, userData = '' } = pool.spec.nodes;
  const theirs = partsOf(userData);
  if (!theirs.ok) return { ok: false, problems: [{ path: USER_DATA, message: theirs.message }] };
  const checked = theirs.parts.map((part) => checkedPart(part, provisioner));
  const problems = checked.flatMap((each) => each.problems);
  if (problems.length > 0) return { ok: false, problems };
  // On Ubuntu, labels and taints are for what joins the node to the cluster.
  const own = os === 'AL2023' && provisioner !== 'Karpenter' ? [ownNodeConfig(pool)] : [];
  const parts = [...scripts(input, os), ...own, ...checked.map(({ part }) => part)];
  return sized(pool, { text: mimeText(parts), files: [], notes: [] });
}

function scripts({ pool: { spec }, endpoint }: UserDataInput, os: Os): Part[] {
  const { directory, extension, command } = TRUST[os];
  const authorities = (spec.nodes.certificateAuthorities ?? [])
    .map(({ name, pem }) => ({ path: `${directory}/${name}.${extension}`, content: normalPem(pem) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  const files = [...hostsFiles(mirrorsOf(spec.nodes, endpoint), spec.nodes), ...authorities];
  const commands = authorities.length > 0 ? [command] : [];
  return files.length > 0 ? [{ type: SHELL_SCRIPT, content: scriptOf(files, commands) }] : [];
}
