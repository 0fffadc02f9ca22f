import { setTimeout as sleep } from 'node:timers/promises';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { clusterKinds } from '../cidr-set/cluster/kinds.js';
import { Ledger } from '../cidr-set/cluster/ledger.js';
import { type ObservedCluster, observeCluster } from '../cidr-set/cluster/observe.js';
import { planCluster } from '../cidr-set/cluster/plan.js';
import { KindWatch } from '../cidr-set/cluster/watch.js';
import type { Estate } from '../cidr-set/estate.js';
import type { KubeClient } from '../kube/client.js';
import { createLog } from '../telemetry/log.js';
import type { Finding, ReadError } from './report.js';

const POLL_MS = 20;

export interface ClusterFindings {
  findings: Finding[];
  errors: ReadError[];
}

/** What is in the cluster, and what is to be done there. */
export async function clusterFindings(
  estate: Estate,
  client: KubeClient,
  ownerId: string,
  signal: AbortSignal,
): Promise<ClusterFindings> {
  const log = createLog({ level: 'error', format: 'text' });
  const watches = clusterKinds.map((kind) => new KindWatch({ kind, client, ownerId, log, onChange() {} }));
  const io = { estate, watches, ledger: new Ledger(), ownerId };
  const errors = new Map<string, ReadError>();

  async function observe(set: CidrSet): Promise<ObservedCluster> {
    for (;;) {
      const observed = await observeCluster(io, set, estate.clusterWish(set), signal);
      if (!observed.unread) return observed;
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  const findings = [];
  for (const set of estate.sets.list()) {
    const { objects, failed } = await observe(set);
    for (const [kind, { message }] of failed) errors.set(kind, { where: 'cluster', message });
    const { operations, held, facts } = planCluster({ wish: estate.clusterWish(set), ownerId, objects });
    findings.push({ operations, held, facts: new Map([[set.metadata.name, facts]]) });
  }
  const whole: Finding = {
    operations: findings.flatMap((each) => each.operations),
    held: findings.flatMap((each) => each.held),
    facts: new Map(findings.flatMap((each) => [...each.facts])),
    groups: [],
    quotas: new Map(),
  };
  return { findings: [whole], errors: [...errors.values()] };
}
