import type { CidrSetSpec } from '../../api/cidr-set.gen.js';
import type { AwsResult } from '../../aws/call.js';
import type { AwsError } from '../../aws/errors.js';
import type { Quotas } from '../../aws/quotas.js';
import type { Scope } from '../../aws/scope.js';
import type { AwsScope } from '../../aws/services.js';
import type { SetFacts } from '../facts.js';
import type { SetWish } from '../wish.js';
import type { EksUpdates } from './eks-public-access/updates.js';
import type { ObservedScope } from './kinds.js';

export type Targets = NonNullable<CidrSetSpec['targets']>;
export type TargetName = Exclude<keyof Targets, 'taggedSecurityGroups'>;

/** Why a change is in the plan but is not to be made now. */
export type HoldReason =
  | 'PlanMode'
  | 'Waiting'
  | 'SourcesIncomplete'
  | 'SetUnknown'
  | 'InvalidTag'
  | 'RemovalGuard'
  | 'QuotaExceeded'
  | 'Blocked'
  | 'WouldLockOut';

/** What a change does: adds, changes or removes an entry or object, or lets go of it and leaves it there. */
export type Sign = '+' | '~' | '-' | '/';

export interface ObjectRef {
  /** AWS's id or ARN; what is not made yet has the name here too. */
  id: string;
  name: string;
}

/** One difference between what sets ask for and what is there. A kind puts more into it, for its own calls. */
export interface Change {
  target: TargetName;
  sign: Sign;
  object: ObjectRef;
  /** What is counted in events: `rule`, `entry`, `prefix list`. */
  noun: string;
  /** `tcp/443`, where the change is about ports. */
  ports?: string;
  /** A CIDR, or what else the change is about: `37 -> 50 entries`. */
  value: string;
  /** What is there, for people: `Berlin`. */
  description?: string;
  /** The sets that the change is for: those that want the entry, or for a removal those that let it go. */
  sets: string[];
  held?: HoldReason;
  /** A removal for sets that are all being deleted: nothing is to take its place. */
  final?: boolean;
  /** A removal that takes no access away: something else lets the same in, or nothing uses it. The guard lets it pass. */
  harmless?: boolean;
}

/** One call: changes of one kind to one object. */
export interface Operation {
  target: TargetName;
  /** AWS's or Kubernetes' name of what is done: `AuthorizeSecurityGroupIngress`. */
  action: string;
  /** What an event calls it when it is done: `RulesAuthorized`. */
  done: string;
  object: ObjectRef;
  changes: Change[];
  /** Whether something waits to see it done. Without it: for objects, which get ids and versions, and not for rules. */
  awaited?: boolean;
  /** AWS only begins with it: its changes are pending until they are seen. */
  begins?: boolean;
}

/** What became of one operation; `NotTried` because an earlier one on the same object failed, or we are shutting down. */
export interface Outcome {
  operation: Operation;
  result: 'Done' | 'NotTried' | AwsError;
}

/** With what a kind reads and writes. */
export interface TargetIo {
  scope: Scope;
  aws: AwsScope;
  ownerId: string;
  /** What sets are known to have here, wanted or not: by their statuses, a hint. */
  known: readonly KnownObject[];
  eksUpdates: EksUpdates;
}

export interface KnownObject {
  target: string;
  id: string;
  name: string;
}

/** All that a plan is made from. */
export interface PlanInput {
  scope: Scope;
  ownerId: string;
  /** By set. Every set has a wish in every scope: an empty one asks for its entries to go. */
  wishes: ReadonlyMap<string, SetWish>;
  observed: ObservedScope;
  quotas: Quotas;
  /** CIDRs that this install itself comes from; none: that is not known. */
  ownAddresses: readonly string[];
}

/**
 * A kind of target: where sets can be written to. Its methods are the four steps of a look; the guard stands between
 * compare and order and is the same for all kinds.
 */
export interface TargetKind {
  readonly name: TargetName;
  /** Whether the set asks for something of the kind in the scope. */
  asks(wish: SetWish): boolean;
  /** Reads all that the kind's plan needs. A failure stalls this kind only. */
  observe(io: TargetIo, wishes: readonly SetWish[]): Promise<AwsResult<unknown>>;
  /** Pure: what differs; adds to `facts`, by set, what each set has there. Only called with the kind's part observed. */
  compare(input: PlanInput, facts: Map<string, SetFacts>): Change[];
  /** Pure: the calls, in the order in which they must be made on each object. May hold changes that can't be made. */
  order(changes: Change[], input: PlanInput, facts: Map<string, SetFacts>): Operation[];
  /** One call. Safe to repeat. */
  apply(io: TargetIo, operation: Operation): Promise<AwsResult<unknown>>;
}
