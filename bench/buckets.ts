import { applyObjects } from '../test/support/crds.js';
import { boundSeconds } from '../test/support/edge/buckets.js';
import type { CallRecord } from '../test/support/edge/call.js';
import { eventually, type Ground, startGround } from '../test/support/ground.js';
import { apiVersion, makeGroups, ownerId, tags } from './estate.js';
import { type Operator, startOperator } from './operator.js';

/** One CIDR of a set is replaced by another, in all groups of all scopes, under AWS's own token buckets. */
export interface BucketScenario {
  via: Via;
  accounts: number;
  regions: number;
  groups: number;
  cidrs: number;
  /** From `kubectl apply` until the set is Ready. */
  mutatingCalls: number;
  readCalls: number;
  seconds: number;
  /** What the buckets themselves allow for these calls. */
  boundSeconds: number;
  /** Of all: when 20 CIDRs are first written, at the first looks of another process, and at the change. */
  throttledCalls: number;
  peakRssMiB: number;
}

type Via = 'Rules' | 'PrefixList' | 'Auto';

const VIAS: readonly Via[] = ['Rules', 'PrefixList', 'Auto'];
const ACCOUNT_IDS = ['500000000001', '500000000002', '500000000003', '500000000004'];
const REGIONS = ['eu-west-1', 'us-east-1'];
const CIDRS = 20;
/** Longer than a scenario takes: what is measured is the change, not looks by the clock. */
const RESYNC_SECONDS = 3600;

/** One scenario for each way into a group, each on a fresh ground. */
export async function runBuckets(groups: number, tell: (doing: string) => void): Promise<BucketScenario[]> {
  const scenarios: BucketScenario[] = [];
  for (const via of VIAS) scenarios.push(await run(via, groups, (doing) => tell(`${via}: ${doing}`)));
  return scenarios;
}

async function run(via: Via, groups: number, tell: (doing: string) => void): Promise<BucketScenario> {
  tell('a fresh ground');
  const ground = await startGround();
  try {
    const { edge } = ground;
    const scopes = ACCOUNT_IDS.flatMap((accountId) => REGIONS.map((region) => ({ accountId, region })));
    tell(`${groups} groups in ${scopes.length} scopes`);
    const share = Math.ceil(groups / scopes.length);
    await Promise.all(scopes.map(({ accountId, region }) => makeGroups(edge.clientFor(accountId, region), share)));
    tell(`${CIDRS} CIDRs into each`);
    edge.buckets(true);
    await withOperator(ground, () => applied(ground, ...ACCOUNT_IDS.map(account), cidrSet(via, 0)));
    const throttledAtFirst = edge.calls.filter(isThrottled).length;

    // Another process, which takes all buckets to be full, as they are ten seconds later.
    edge.reset();
    edge.buckets(true);
    return await withOperator(ground, async (operator) => {
      await firstLooks(operator, scopes.length);
      const from = edge.calls.length;
      tell('one CIDR changes');
      const seconds = await applied(ground, cidrSet(via, 1));
      const calls = edge.calls.slice(from);
      const mutatingCalls = calls.filter(({ mutating }) => mutating).length;
      const { peakRssMiB } = await operator.memory();
      return {
        via,
        accounts: ACCOUNT_IDS.length,
        regions: REGIONS.length,
        groups: share * scopes.length,
        cidrs: CIDRS,
        mutatingCalls,
        readCalls: calls.length - mutatingCalls,
        seconds,
        boundSeconds: boundSeconds(calls),
        throttledCalls: throttledAtFirst + edge.calls.filter(isThrottled).length,
        peakRssMiB,
      };
    });
  } finally {
    await ground.stop();
  }
}

async function withOperator<T>({ server }: Ground, work: (operator: Operator) => Promise<T>): Promise<T> {
  const operator = await startOperator(server.kubeconfig, ownerId, RESYNC_SECONDS);
  try {
    return await work(operator);
  } finally {
    await operator.stop();
  }
}

/** Resolves to the seconds from `kubectl apply` until the set is Ready. */
async function applied({ server }: Ground, ...objects: object[]): Promise<number> {
  const start = performance.now();
  await applyObjects(server, ...objects);
  await server.kubectl('wait', '--for=condition=Ready', 'cidrset', '--all', '--timeout=10m');
  return (performance.now() - start) / 1000;
}

async function firstLooks(operator: Operator, scopes: number): Promise<void> {
  await eventually(async () => {
    const { ended } = await operator.looks('scope');
    if (ended < scopes) throw new Error(`${ended} of ${scopes} scopes were looked at`);
  }, 120_000);
}

function account(accountId: string): object {
  const roleArn = `arn:aws:iam::${accountId}:role/sallyport`;
  const spec = { accountId, roleArn, regions: REGIONS };
  return { apiVersion, kind: 'AwsAccount', metadata: { name: `bench-${accountId.at(-1)}` }, spec };
}

/** `changed`: how many of its CIDRs are others than at first. None of them are neighbours, so each is written by itself. */
function cidrSet(via: Via, changed: number): object {
  const cidrs = Array.from({ length: CIDRS }, (_, n) => ({ cidr: `203.0.113.${2 * (n + changed)}/32` }));
  const targets = { securityGroups: [{ name: 'all', tags, ports: ['tcp/443'], via }] };
  return { apiVersion, kind: 'CidrSet', metadata: { name: 'bench' }, spec: { cidrs, targets } };
}

/** EC2 says so by 503, EKS and RAM by 429. */
function isThrottled({ status }: CallRecord): boolean {
  return status === 503 || status === 429;
}
