import type { PrivateLinkEndpoint } from '../../api/private-link-endpoint.gen.js';
import type { Problem } from '../../api/problem.js';
import { eventOf } from '../../kube/owned/events.js';
import type { OwnedObjects, OwnedOutcome } from '../../kube/owned/objects.js';
import type { ObservedPart } from '../../kube/owned/observe.js';
import { failuresOf, objectIn, throwPassing } from '../../kube/owned/outcome.js';
import type { Desired, Part } from '../../kube/owned/part.js';
import { type OwnedOperation, planOwned, removalOf } from '../../kube/owned/plan.js';
import { services } from '../../kube/owned/resources.js';
import { plural } from '../../plural.js';
import { removeLeftovers } from '../leftovers.js';
import { digest } from '../memory.js';
import { baselineOf } from '../names.js';
import { judge, privateNameProblem } from '../proof.js';
import { askAll, type Hands, type Scene, tell } from '../scene.js';
import { no, proving, type Told } from '../told.js';
import { jobDnsKinds, jobDnsObjects } from './objects.js';
import { jobDnsName, jobDnsResolvers } from './resolvers.js';

/** See Part. */
export const JOB_DNS = 'job-dns';

/** Has a CoreDNS of its own lead public names to private ones, for those pods that are told to ask it. */
export async function deployJobDns(scene: Scene, hands: Hands): Promise<Told> {
  const { object, dns, wish, held, memory, signal } = scene;
  const soon = (finding: Told['finding']) => ({ finding, status: {}, againMs: hands.pollMs });
  const { observed, operations, problems } = await planJobDns(scene, hands);
  if (observed.unread) return soon(proving('what there is of the resolver is being read'));
  if (held && operations.length > 0) {
    return soon(
      no({ reason: 'Planned', message: `would make or change ${plural(operations.length, 'object')}; ${held}` }),
    );
  }
  const change = digest(JOB_DNS, wish.rewrites);
  const ofCluster = await askAll(scene);
  // Where the cluster's DNS can't be asked, its answers through the resolver tell.
  const unresolved = privateNameProblem(wish.rewrites, ofCluster);
  if (memory.proved !== change && unresolved?.reason === 'PrivateNameUnresolved') {
    return soon(no({ ...unresolved, message: `${unresolved.message}; until then nothing is made` }));
  }
  memory.resolver ??= '';
  const outcomes = await apply(scene, hands, operations);
  memory.resolver = objectIn({ seen: observed.seen, outcomes }, services)?.spec.clusterIP ?? memory.resolver;
  throwPassing(outcomes);
  const [problem] = [...problems, ...failuresOf(outcomes)];
  if (problem) return soon(no(problem));

  const looks = await askAll(scene, await jobDnsResolvers(object, hands.client, signal));
  const verdict = judge({
    rewrites: wish.rewrites,
    looks,
    baseline: { ...baselineOf(wish, dns, ofCluster), reloadFailures: {} },
    overdue: false,
  });
  const status = {
    hosts: `${verdict.hosts}/${wish.rewrites.length}`,
    resolvers: `${verdict.resolvers}/${Math.max(looks.length, object.spec.interception?.jobDns.replicas ?? 0)}`,
  };
  if (verdict.state !== 'Verified') {
    const message = looks.length > 0 ? verdict.message : notReady(object);
    const finding = memory.proved === change ? no({ ...verdict, message }) : proving(`not yet: ${message}`);
    return { finding, status, againMs: hands.pollMs };
  }
  memory.proved = change;
  delete memory.proving;
  if (!held) await removeLeftovers(scene, hands, 'JobDNS');
  const message = `${plural(wish.rewrites.length, 'name')} for pods that ask ${memory.resolver}`;
  return { finding: { status: 'True', reason: 'Verified', message }, status, againMs: hands.intervalMs };
}

/** For which resource, and what it is observed by. */
type Sight = Pick<Scene, 'object' | 'wish' | 'dns' | 'signal'>;
type Eyes = { owned: Pick<OwnedObjects, 'observe'>; ownerId: string };

export interface JobDnsPlan {
  observed: ObservedPart;
  operations: OwnedOperation[];
  /** Those of `observed` too. */
  problems: Problem[];
}

/** What makes the resolver what it is to be. */
export async function planJobDns(sight: Sight, eyes: Eyes): Promise<JobDnsPlan> {
  const desired = desiredOf(sight);
  const part = partOf(sight, eyes);
  const observed = await eyes.owned.observe(part, desired, jobDnsKinds, sight.signal);
  const { operations, problems } = planOwned({ part, desired, seen: observed.seen });
  return { observed, operations, problems: [...observed.problems, ...problems] };
}

/** What removes it. @param retains it stays instead, as nobody's */
export async function planRemoval(sight: Sight, eyes: Eyes, retains: boolean): Promise<JobDnsPlan> {
  const part = partOf(sight, eyes);
  const observed = await eyes.owned.observe(part, [], jobDnsKinds, sight.signal);
  const { seen, problems } = observed;
  return { observed, operations: removalOf(seen, retains), problems };
}

/** Removes it, or, where it is to be retained, its marks. Returns whether nothing is left to be done. */
export async function removeJobDns(scene: Scene, hands: Hands, retains = false): Promise<boolean> {
  const { memory } = scene;
  if (memory.resolver === undefined) return true;
  const { observed, operations } = await planRemoval(scene, hands, retains);
  const { seen, problems, unread } = observed;
  if (unread || problems.length > 0) return false;
  const outcomes = await apply(scene, hands, operations);
  throwPassing(outcomes);
  if (failuresOf(outcomes).length > 0 || (seen.length > 0 && !retains)) return false;
  delete memory.resolver;
  return true;
}

function notReady(endpoint: PrivateLinkEndpoint): string {
  const way = `kubectl describe pods -n ${endpoint.metadata.namespace} -l app.kubernetes.io/instance=${jobDnsName(endpoint)}`;
  return `no pod of the resolver is ready; ${way} says why`;
}

function desiredOf({ object, wish, dns }: Pick<Scene, 'object' | 'wish' | 'dns'>): Desired[] {
  const { namespace = '' } = object.metadata;
  const { image = '', replicas = 0 } = object.spec.interception?.jobDns ?? {};
  const { rewrites } = wish;
  const forwardTo = dns.clusterIP ? [dns.clusterIP] : [];
  return jobDnsObjects({ name: jobDnsName(object), namespace, rewrites, forwardTo, image, replicas });
}

function partOf({ object }: Pick<Scene, 'object'>, { ownerId }: Pick<Hands, 'ownerId'>): Part {
  return { ownerId, owner: object, component: JOB_DNS };
}

async function apply(scene: Scene, hands: Hands, operations: readonly OwnedOperation[]): Promise<OwnedOutcome[]> {
  const outcomes = await hands.owned.apply(partOf(scene, hands), operations, scene.signal);
  for (const outcome of outcomes) {
    const { type, reason, note } = eventOf(outcome);
    tell(scene, hands, type, reason, note);
  }
  return outcomes;
}
