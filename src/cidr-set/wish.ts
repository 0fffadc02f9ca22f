import { createHash } from 'node:crypto';
import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { type ScopeSelector, selects } from './selector.js';
import type { ResolvedSet, SetCidr } from './sources/resolve.js';
import type { TargetName, Targets } from './targets/kind.js';

/** What one set asks of one scope. Every set has a wish in every scope: an empty one asks for its entries to go. */
export interface SetWish {
  set: string;
  mode: 'Enforce' | 'Plan';
  /** Set when the CidrSet is being deleted: what becomes of its rules and objects. */
  release?: 'Delete' | 'Retain';
  /** False while the set's CIDRs are not all known: then none of its entries may go. */
  complete: boolean;
  cidrs: SetCidr[];
  /** Those of the set's targets that select the scope. */
  targets: Targets;
  maxRemovalPercent?: number;
  /** Fingerprints of removals that a person agreed to, see removalFingerprint. */
  confirmed: string[];
}

/** `kubectl annotate cidrset office sallyport.dev/confirm-removal=<fingerprint>`; several are separated by commas. */
export const CONFIRM_REMOVAL = 'sallyport.dev/confirm-removal';

export function wishOf(set: CidrSet, resolved: ResolvedSet, account: AwsAccount, region: string): SetWish {
  return wishFor(set, resolved, targetsIn(set.spec.targets ?? {}, account, region));
}

/** What the set asks of the cluster that Sallyport runs in. */
export function clusterWishOf(set: CidrSet, resolved: ResolvedSet): SetWish {
  const { networkPolicies = [], configMaps = [] } = set.spec.targets ?? {};
  return wishFor(set, resolved, kept({ networkPolicies, configMaps }));
}

function wishFor(set: CidrSet, resolved: ResolvedSet, asked: Targets): SetWish {
  const { mode, guard, deletionPolicy } = set.spec;
  const releasing = set.metadata.deletionTimestamp !== undefined;
  const targets = releasing ? {} : asked;
  return {
    set: set.metadata.name,
    mode,
    ...(releasing && { release: deletionPolicy }),
    complete: releasing || resolved.problem === undefined,
    cidrs: Object.keys(targets).length > 0 ? resolved.cidrs : [],
    targets,
    ...(!releasing && guard.maxRemovalPercent !== undefined && { maxRemovalPercent: guard.maxRemovalPercent }),
    confirmed: set.metadata.annotations?.[CONFIRM_REMOVAL]?.split(',').map((part) => part.trim()) ?? [],
  };
}

/** The targets that select the scope, without their selectors; kinds of which none does are left out. */
function targetsIn(all: Targets, account: AwsAccount, region: string): Targets {
  const here = <T extends ScopeSelector>(targets: T[] = []) =>
    targets
      .filter((target) => selects(target, account, region))
      .map(({ accounts: _, regions: __, ...target }) => target);
  const { taggedSecurityGroups: tagged } = all;
  const chosen = {
    securityGroups: here(all.securityGroups),
    prefixLists: here(all.prefixLists),
    wafIpSets: here(all.wafIpSets),
    eksPublicAccess: here(all.eksPublicAccess),
  };
  return {
    ...kept(chosen),
    ...(tagged && selects(tagged, account, region) && { taggedSecurityGroups: { allowedPorts: tagged.allowedPorts } }),
  };
}

function kept(chosen: Pick<Targets, TargetName>): Targets {
  return Object.fromEntries(Object.entries(chosen).filter(([, targets]) => targets.length > 0));
}

export function asksFor({ targets }: SetWish, kind: TargetName): boolean {
  if (kind === 'securityGroups' && targets.taggedSecurityGroups) return true;
  return (targets[kind]?.length ?? 0) > 0;
}

export function asksForAnything({ targets }: SetWish): boolean {
  return Object.keys(targets).length > 0;
}

/** Of lists of CIDRs, which can be long, while they live. */
const cidrDigests = new WeakMap<readonly SetCidr[], string>();

/** Tells whether a scope was last looked at with this very wish. */
export function wishDigest({ cidrs, ...wish }: SetWish): string {
  let known = cidrDigests.get(cidrs);
  if (known === undefined) {
    known = digest(cidrs);
    cidrDigests.set(cidrs, known);
  }
  return digest([wish, known]);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
