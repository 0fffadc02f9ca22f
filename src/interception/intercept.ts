import { type EditingModeName, editingModes } from './editing-modes.js';
import { removeJobDns } from './job-dns/deploy.js';
import { removeLeftovers } from './leftovers.js';
import { countRepair, countRollback } from './metrics.js';
import { type Act, planEditing, type Step } from './plan.js';
import { askAll, type Hands, type Scene, tell, write } from './scene.js';
import { no, type Told } from './told.js';

/** How soon it is looked whether what a person must see to has been seen to. */
const PROBLEM_MS = 10_000;

/** Has the cluster's CoreDNS lead public names to private ones: asks all resolvers, and takes one step. */
export async function intercept(scene: Scene, mode: EditingModeName, hands: Hands): Promise<Told> {
  const { object, wish, dns, memory, held, busy } = scene;
  const drafted = editingModes[mode].put(dns, wish.rewrites, wish.marker);
  if (!drafted.ok) return { finding: no(drafted.problem), status: {}, againMs: againMs('Problem', hands) };
  const { draft } = drafted;
  const step = planEditing({
    wish,
    mode,
    dns,
    draft,
    memory,
    looks: await askAll(scene),
    generation: object.metadata.generation ?? 0,
    held,
    busy,
    now: Date.now(),
    proofMs: hands.proofMs,
  });
  if (step.act) await carryOut(step.act, scene, mode, hands);
  remember(memory, step.memory);
  const advice = draft.advice.length > 0 && { advice: [...draft.advice] };
  return { finding: step.finding, status: { ...advice, ...step.status }, againMs: againMs(step.again, hands) };
}

/** @throws KubeError before anything is told */
async function carryOut(act: Act, scene: Scene, mode: EditingModeName, hands: Hands): Promise<void> {
  const { metadata } = scene.object;
  switch (act.kind) {
    case 'Write':
      await write(act.edit, hands);
      if (act.repairs) countRepair(metadata);
      tell(scene, hands, act.repairs ? 'Warning' : 'Normal', act.repairs ? 'Repaired' : 'Written', act.note);
      return;
    case 'RollBack':
      if (act.edit) await write(act.edit, hands);
      countRollback(metadata);
      tell(scene, hands, 'Warning', 'RolledBack', act.note);
      return;
    case 'Settle':
      if (scene.held === undefined) {
        await removeLeftovers(scene, hands, mode);
        await removeJobDns(scene, hands);
      }
      if (act.note) tell(scene, hands, 'Normal', 'Intercepted', act.note);
  }
}

/** In place of what was, but for the resolver, which is another mode's. */
function remember(memory: Scene['memory'], { resolver: _, ...next }: Step['memory']): void {
  for (const key of ['proved', 'proving', 'rolledBack', 'fight'] as const) delete memory[key];
  Object.assign(memory, next);
}

function againMs(again: Step['again'], { intervalMs, pollMs }: Hands): number {
  if (again === 'Poll') return pollMs;
  if (again === 'Rest') return intervalMs;
  return Math.min(intervalMs, again === 'Problem' ? PROBLEM_MS : again.ms);
}
