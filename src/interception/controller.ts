import { heldBecause } from '../api/held.js';
import { INTERCEPTION_FINALIZER } from '../api/marks.js';
import { type PrivateLinkEndpoint, privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import type { Result } from '../kube/controller.js';
import { KubeError } from '../kube/error.js';
import { addFinalizer, removeFinalizer } from '../kube/finalizer.js';
import { isPassing, kubeProblem } from '../kube/problem.js';
import type { PartReport } from '../kube/reports.js';
import type { ReadonlyStore } from '../kube/store.js';
import { choiceFor } from './choose.js';
import { answersFinding, privateDnsFinding } from './endpoint-private-dns.js';
import { intercept } from './intercept.js';
import { deployJobDns, removeJobDns } from './job-dns/deploy.js';
import { removeLeftovers } from './leftovers.js';
import { type InterceptionStatus, type Memory, memoryOf } from './memory.js';
import { forgetVerified, tellVerified } from './metrics.js';
import { observe } from './observe.js';
import { release } from './release.js';
import { askAll, type Hands, type Scene } from './scene.js';
import { no, type Told } from './told.js';
import { CorefileWatch } from './watch.js';
import { type ChosenMode, wishOf } from './wish.js';

export interface InterceptionOptions extends Hands {
  resources: ReadonlyStore<PrivateLinkEndpoint>;
  /** The whole install writes nothing. */
  planOnly: boolean;
  /** Endpoints are kept by this install, so that status tells of them; else what resolvers answer does. */
  isAwsHere: boolean;
  /** Enqueues all resources: the cluster's DNS has changed. */
  wake(): void;
  /** Undefined: the resource has no interception. */
  report(key: string, report: PartReport<InterceptionStatus> | undefined): void;
}

/** Reconciles how this cluster's DNS leads to one PrivateLinkEndpoint: observe, choose, write or prove, report. */
export function interceptionReconciler(options: InterceptionOptions) {
  const { resources, client } = options;
  const memories = new Map<string, Memory>();
  const watch = new CorefileWatch({ client, log: options.log, onChange: options.wake });

  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const object = resources.get(key);
    const isMarked = object?.metadata.finalizers?.includes(INTERCEPTION_FINALIZER) ?? false;
    const wish = object && wishOf(object);
    if (!object || !wish || (!wish.mode && !isMarked)) {
      memories.delete(key);
      if (object) options.report(key, undefined);
      return undefined;
    }
    const held = heldBecause(object.metadata.deletionTimestamp ? 'Enforce' : object.spec.mode, options.planOnly);
    if (!isMarked && held === undefined) {
      await addFinalizer(client, privatelinkendpoints, object, INTERCEPTION_FINALIZER);
      return undefined;
    }
    const memory = memories.get(key) ?? memoryOf(object.status?.interception);
    memories.set(key, memory);
    const told = await kubeFailureTold(options, async () => {
      const dns = await observe(client, signal);
      watch.start(dns, signal);
      const busy = proofElsewhere(memories, key, options.proofMs);
      const scene = { object, wish, dns, memory, signal, ...(held !== undefined && { held }), ...(busy && { busy }) };
      return wish.mode ? look(scene, options) : release(scene, options);
    });
    if (!told) {
      await removeFinalizer(client, privatelinkendpoints, object, INTERCEPTION_FINALIZER);
      forgetVerified(object.metadata);
      return undefined;
    }
    tellVerified(object.metadata, told.finding.status === 'True');
    const { fight, removedAt, resolver, ...kept } = memory;
    const { generation = 0 } = object.metadata;
    const former = object.status?.interception?.mode;
    const status = { ...(former && { mode: former }), ...told.status, ...(resolver && { resolver }), ...kept };
    options.report(key, { generation, finding: told.finding, status });
    return { requeueAfterMs: told.againMs };
  };
}

/** What the API server refuses is told; what it may take soon is tried again, ever more slowly. */
async function kubeFailureTold(
  { intervalMs }: InterceptionOptions,
  work: () => Promise<Told | undefined>,
): Promise<Told | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KubeError) || isPassing(error) || error.reason === 'Conflict') throw error;
    return { finding: no(kubeProblem(error)), status: {}, againMs: intervalMs };
  }
}

function proofElsewhere(memories: ReadonlyMap<string, Memory>, key: string, proofMs: number): string | undefined {
  const others = [...memories].filter(([other]) => other !== key);
  return others.find(([, { proving }]) => proving && Date.now() - Date.parse(proving.since) < proofMs)?.[0];
}

async function look(scene: Scene, options: InterceptionOptions): Promise<Told> {
  const choice = choiceFor(scene, options.isAwsHere);
  const told = await lookAs(choice.mode, scene, options);
  return { ...told, status: { ...choice, ...told.status } };
}

async function lookAs(mode: ChosenMode, scene: Scene, options: InterceptionOptions): Promise<Told> {
  if (mode === 'JobDNS') return deployJobDns(scene, options);
  if (mode !== 'EndpointPrivateDNS') return intercept(scene, mode, options);
  const looks = await askAll(scene);
  const { object } = scene;
  const finding = options.isAwsHere ? privateDnsFinding(object, looks) : answersFinding(object, looks);
  if (finding.status === 'True' && scene.held === undefined) {
    await removeLeftovers(scene, options);
    await removeJobDns(scene, options);
  }
  return { finding, status: {}, againMs: options.intervalMs };
}
