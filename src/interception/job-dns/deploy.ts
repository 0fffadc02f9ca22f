import type { PrivateLinkEndpoint } from '../../api/private-link-endpoint.gen.js';
import { eventOf } from '../../kube/owned/events.js';
import type { OwnedOutcome } from '../../kube/owned/objects.js';
import { failuresOf, objectIn, throwPassing } from '../../kube/owned/outcome.js';
import type { Desired, Part } from '../../kube/owned/part.js';
import { type OwnedOperation, planOwned, planRelease } from '../../kube/owned/plan.js';
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
  const { clusterIP } = dns;
  if (!clusterIP)
    return soon(no({ reason: 'NoClusterDNS', message: 'no Service in kube-system is labelled k8s-app=kube-dns' }));
  const desired = desiredOf(scene, clusterIP);
  const part = partOf(scene, hands);
  const observed = await hands.owned.observe(part, desired, jobDnsKinds, signal);
  if (observed.unread) return soon(proving('what there is of the resolver is being read'));
  const plan = planOwned({ part, desired, seen: observed.seen });
  const { operations } = plan;
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
  const [problem] = [...observed.problems, ...plan.problems, ...failuresOf(outcomes)];
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

/** Removes it, or, where it is to be retained, its marks. Returns whether nothing is left to be done. */
export async function removeJobDns(scene: Scene, hands: Hands, retains = false): Promise<boolean> {
  const { memory, signal } = scene;
  if (memory.resolver === undefined) return true;
  const part = partOf(scene, hands);
  const { seen, problems, unread } = await hands.owned.observe(part, [], jobDnsKinds, signal);
  if (unread || problems.length > 0) return false;
  const operations = retains ? planRelease(seen) : planOwned({ part, desired: [], seen }).operations;
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

function desiredOf({ object, wish }: Scene, clusterIP: string): Desired[] {
  const { namespace = '' } = object.metadata;
  const { image = '', replicas = 0 } = object.spec.interception?.jobDns ?? {};
  const { rewrites } = wish;
  return jobDnsObjects({ name: jobDnsName(object), namespace, rewrites, forwardTo: [clusterIP], image, replicas });
}

function partOf({ object }: Scene, { ownerId }: Hands): Part {
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
