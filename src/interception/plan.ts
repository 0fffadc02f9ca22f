import type { Finding } from '../kube/conditions.js';
import { timestamp } from '../kube/time.js';
import { plural } from '../plural.js';
import { type ClusterDns, corefileText } from './cluster-dns.js';
import { expectedHash, withoutAnyRewrites } from './corefile-facts.js';
import { configMapText, type Draft, type Edit } from './edit.js';
import { type EditingModeName, editingModes } from './editing-modes.js';
import { isFighting, repaired, waitMs } from './fight.js';
import { EKS_ADD_ON } from './findings.js';
import { digest, type InterceptionStatus, type Memory } from './memory.js';
import { baselineOf } from './names.js';
import { judge, type Look, privateNameProblem, type Verdict } from './proof.js';
import { no, proving } from './told.js';
import type { Wish } from './wish.js';

export interface PlanInput {
  wish: Wish;
  mode: EditingModeName;
  dns: ClusterDns;
  /** What the mode would write. */
  draft: Draft;
  memory: Readonly<Memory>;
  /** What each resolver pod that is ready says now. */
  looks: readonly Look[];
  /** Of spec. */
  generation: number;
  /** See Scene. */
  held?: string | undefined;
  busy?: string | undefined;
  /** In milliseconds since 1970. */
  now: number;
  /** See Hands. */
  proofMs: number;
}

/** What is done, at most one of it in a look. */
export type Act =
  /** The rewrites are written; `repairs`: what somebody took out. */
  | { kind: 'Write'; edit: Edit; note: string; repairs: boolean }
  /** What was there before is there again, byte by byte; absent where it is already. */
  | { kind: 'RollBack'; edit?: Edit; note: string }
  /** It is proved: what other modes had made has served its time. `note`: it was not before. */
  | { kind: 'Settle'; note?: string };

export interface Step {
  act?: Act;
  /** What is told when it is done. */
  finding: Finding;
  status: InterceptionStatus;
  /** What is to be remembered then. */
  memory: Memory;
  /** When to look again: while a change is being proved, while a person must see to something, at rest, or in milliseconds. */
  again: 'Poll' | 'Problem' | 'Rest' | { ms: number };
}

/** What a look at the cluster's CoreDNS leads to: one step, written or proved. */
export function planEditing(input: PlanInput): Step {
  const { memory, draft } = input;
  const { rolledBack: former, ...rest } = memory;
  if (former?.attempt === attemptOf(input)) {
    return { finding: rolledBack(former.message), status: {}, memory, again: 'Rest' };
  }
  const free = { ...input, memory: rest };
  return draft.edit ? planWrite(free, draft.edit) : planProof(free);
}

/** Writes once every resolver finds the private names: nobody's access is broken by a name that isn't there. */
function planWrite(input: PlanInput, edit: Edit): Step {
  const { wish, mode, dns, memory, looks, held, busy, now } = input;
  const change = changeOf(input);
  const repairs = memory.proved === change || memory.proving?.change === change;
  const wait = (finding: Finding, again: Step['again']): Step => ({ finding, status: {}, memory, again });
  const pauseMs = repairs ? waitMs(memory.fight, now) : 0;
  if (pauseMs > 0) return wait(overwritten(input), { ms: pauseMs });
  const where = configMapText(edit.configMap);
  if (held) return wait(no({ reason: 'Planned', message: `would write ${edit.key} of ${where}; ${held}` }), 'Rest');
  if (busy) return wait(proving(`${busy} is being proved first`), 'Poll');
  const problem = privateNameProblem(wish.rewrites, looks);
  if (problem) return wait(no({ ...problem, message: `${problem.message}; until then nothing is written` }), 'Problem');

  const former = memory.proving?.former ?? editingModes[mode].present(dns, wish.marker);
  const { proved: _, ...rest } = memory;
  return {
    act: {
      kind: 'Write',
      edit,
      repairs,
      note: repairs
        ? `${overwriter(input)} took the rewrites out of ${where}; put back`
        : `${plural(wish.rewrites.length, 'rewrite')} into ${where}`,
    },
    finding: proving('written; resolvers have not loaded it yet'),
    status: {},
    memory: {
      ...rest,
      proving: { ...begun(input), former },
      ...(repairs && { fight: repaired(memory.fight, now) }),
    },
    again: 'Poll',
  };
}

/** Goes by what all resolvers say. */
function planProof(input: PlanInput): Step {
  const { wish, dns, draft, looks, now, proofMs } = input;
  const change = changeOf(input);
  // A process that was killed after it had written knows nothing of before.
  const isKnown = input.memory.proved === change || input.memory.proving?.change === change;
  const memory = isKnown ? input.memory : { ...input.memory, proving: { ...begun(input), former: [] } };
  const since = memory.proving && Date.parse(memory.proving.since);
  const hash = expectedHash(corefileText(dns) ?? '');
  const verdict = judge({
    rewrites: wish.rewrites,
    looks,
    overdue: since !== undefined && !needsRestart(draft) && now - since >= proofMs,
    ...(memory.proving && { baseline: memory.proving }),
    ...(hash && { hash }),
  });
  const status = {
    hosts: `${verdict.hosts}/${wish.rewrites.length}`,
    resolvers: `${verdict.resolvers}/${looks.length}`,
  };
  if (verdict.state === 'Verified') return { ...planSettle({ ...input, memory }), status };
  if (verdict.state === 'Failed') return { ...planRollBack({ ...input, memory }, verdict), status };
  const isSlow = verdict.state === 'Unreachable' || needsRestart(draft);
  return { finding: unproved(memory, draft, verdict), status, memory, again: isSlow ? 'Problem' : 'Poll' };
}

function unproved({ proving: change }: Memory, draft: Draft, { state, reason, message }: Verdict): Finding {
  if (draft.blocker && needsRestart(draft)) return no(draft.blocker);
  return change && state === 'Pending' ? proving(`not yet: ${message}`) : no({ reason, message });
}

function planSettle(input: PlanInput): Omit<Step, 'status'> {
  const { memory, draft, wish, dns, looks, now } = input;
  const { proving: change, ...rest } = memory;
  const note = `${plural(looks.length, 'resolver')} seen to lead ${wish.publicNames.join(', ')} to the endpoint`;
  const names = `${plural(wish.rewrites.length, 'name')} on all resolvers`;
  const message = dns.isEksAddOn ? `${names}; but ${EKS_ADD_ON}` : names;
  const well: Finding = { status: 'True', reason: 'Verified', message };
  const blocked = draft.blocker && !needsRestart(draft) ? no(draft.blocker) : well;
  return {
    act: { kind: 'Settle', ...(change && { note }) },
    finding: isFighting(memory.fight, now) ? overwritten(input) : blocked,
    memory: { ...rest, proved: changeOf(input) },
    again: 'Rest',
  };
}

function planRollBack(input: PlanInput, { message }: Verdict): Omit<Step, 'status'> {
  const { memory, mode, dns, wish, held } = input;
  const { proving: change, ...rest } = memory;
  if (held) {
    const finding = no({ reason: 'Planned', message: `would take the rewrites back, because ${message}; ${held}` });
    return { finding, memory, again: 'Poll' };
  }
  const drafted = editingModes[mode].put(dns, change?.former ?? [], wish.marker);
  const edit = drafted.ok ? drafted.draft.edit : editingModes[mode].take(dns, wish.marker);
  return {
    act: { kind: 'RollBack', ...(edit && { edit }), note: `took the rewrites back: ${message}` },
    finding: rolledBack(message),
    memory: { ...rest, rolledBack: { attempt: attemptOf(input), message } },
    again: 'Poll',
  };
}

/** Digest of the rewrites. */
function changeOf({ mode, wish }: PlanInput): string {
  return digest(mode, wish.rewrites);
}

/** Digest of all that may make the difference between one try and the next. */
function attemptOf(input: PlanInput): string {
  return digest(changeOf(input), input.generation, withoutAnyRewrites(corefileText(input.dns) ?? ''));
}

function begun(input: PlanInput): Omit<NonNullable<Memory['proving']>, 'former'> {
  const { wish, dns, looks, now } = input;
  return { change: changeOf(input), since: timestamp(new Date(now)), ...baselineOf(wish, dns, looks) };
}

function rolledBack(message: string): Finding {
  const next = 'it is tried again when the Corefile or spec has changed; or use mode JobDNS';
  return no({ reason: 'RolledBack', message: `taken back, because ${message}; ${next}` });
}

function overwritten(input: PlanInput): Finding {
  const message = `${overwriter(input)} takes the rewrites out again and again, and they are put back ever more slowly; have it keep them, or use mode JobDNS`;
  return no({ reason: 'Overwritten', message });
}

function overwriter({ dns, mode }: PlanInput): string {
  return editingModes[mode].otherWriter(dns) ?? 'somebody';
}

/** Not after it has been restarted. */
function needsRestart({ blocker }: Draft): boolean {
  return blocker?.reason === 'RestartNeeded';
}
