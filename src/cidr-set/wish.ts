import { createHash } from 'node:crypto';
import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet, CidrSetSpec } from '../api/cidr-set.gen.js';
import { type Ports, parsePorts } from './ports.js';
import type { ResolvedSet, SetCidr } from './resolve.js';
import type { Direction } from './rule.js';

type Targets = NonNullable<CidrSetSpec['targets']>;
type SecurityGroupTarget = NonNullable<Targets['securityGroups']>[number];
export type ScopeSelector = Pick<SecurityGroupTarget, 'accounts' | 'regions'>;

export interface TargetWish {
  name: string;
  tags: Record<string, string>;
  groupIds: string[];
  ports: Ports[];
  direction: Direction;
}

/** What one set asks of one scope. Every set has a wish in every scope: an empty one asks for its rules to go. */
export interface SetWish {
  set: string;
  mode: 'Enforce' | 'Plan';
  /** Set when the CidrSet is being deleted: what becomes of its rules. */
  release?: 'Delete' | 'Retain';
  /** False while the set's CIDRs are not all known: then none of its rules may go. */
  complete: boolean;
  cidrs: SetCidr[];
  targets: TargetWish[];
  /** Present where groups may opt in by tag: the ports that they may ask for. */
  allowedPorts?: Ports[];
  maxRemovalPercent?: number;
  /** Fingerprints of removals that a person agreed to, see removalFingerprint. */
  confirmed: string[];
}

/** `kubectl annotate cidrset office sallyport.dev/confirm-removal=<fingerprint>`; several are separated by commas. */
export const CONFIRM_REMOVAL = 'sallyport.dev/confirm-removal';

export function accountMatches(selector: ScopeSelector['accounts'], account: AwsAccount): boolean {
  const labels = account.metadata.labels ?? {};
  return (
    (selector?.names?.includes(account.metadata.name) ?? true) &&
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  );
}

function selects(target: ScopeSelector, account: AwsAccount, region: string): boolean {
  return accountMatches(target.accounts, account) && (target.regions?.includes(region) ?? true);
}

function portsOf(texts: readonly string[]): Ports[] {
  return texts.flatMap((text) => parsePorts(text) ?? []);
}

export function wishOf(set: CidrSet, resolved: ResolvedSet, account: AwsAccount, region: string): SetWish {
  const { mode, targets, guard, deletionPolicy } = set.spec;
  const releasing = set.metadata.deletionTimestamp !== undefined;
  const tagged = targets?.taggedSecurityGroups;
  const chosen = releasing ? [] : (targets?.securityGroups ?? []).filter((target) => selects(target, account, region));
  const allowedPorts =
    !releasing && tagged && selects(tagged, account, region) ? portsOf(tagged.allowedPorts) : undefined;
  return {
    set: set.metadata.name,
    mode,
    ...(releasing && { release: deletionPolicy }),
    complete: releasing || resolved.problem === undefined,
    cidrs: chosen.length > 0 || allowedPorts ? resolved.cidrs : [],
    targets: chosen.map(({ name, tags, groupIds, ports, direction }) => ({
      name,
      tags: tags ?? {},
      groupIds: groupIds ?? [],
      ports: portsOf(ports),
      direction,
    })),
    ...(allowedPorts && { allowedPorts }),
    ...(!releasing && guard?.maxRemovalPercent !== undefined && { maxRemovalPercent: guard.maxRemovalPercent }),
    confirmed: set.metadata.annotations?.[CONFIRM_REMOVAL]?.split(',').map((part) => part.trim()) ?? [],
  };
}

export function asksForGroups(wish: SetWish): boolean {
  return wish.targets.length > 0 || wish.allowedPorts !== undefined;
}

/** Tells whether a scope was last looked at with this very wish. */
export function wishDigest(wish: SetWish): string {
  return createHash('sha256').update(JSON.stringify(wish)).digest('hex');
}
