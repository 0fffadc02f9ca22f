import { cut } from '../../cut.js';
import type { EndpointPlan } from '../endpoint/endpoint.js';
import type { AccountZones, ObservedDnsName, ObservedZone } from '../observed.js';
import { type Hindrance, type Operation, waiting } from '../operation.js';
import type { Consumer, ConsumerWish, Wish } from '../wish.js';
import { planAssociations, type ZoneVpc } from './associations.js';
import { planName, planStaleNames } from './records.js';
import { planZoneRemoval } from './removal.js';
import { createZone, isMade, knownZones, nameOperation, type ZoneRef } from './zones.js';

export interface RecordsInput {
  wish: Wish;
  consumer: ConsumerWish & { declared: Consumer };
  /** In each account that has a zone for the consumer, or had: the declared one first. */
  accounts: readonly AccountZones[];
  endpoint: EndpointPlan;
}

export interface RecordsPlan {
  zone?: ObservedZone;
  zoneAccount?: string;
  /** Names that lead to the endpoint. */
  ready: number;
  total: number;
  /** VPCs that we brought a zone into, or are about to. */
  associations: readonly ZoneVpc[];
  /** Zones that still have something of ours, though names are elsewhere now. */
  former: readonly ZoneRef[];
  operations: Operation[];
  problems: Hindrance[];
  /** What stays behind and why. */
  left: string[];
}

/** The zone, its VPCs and its records. Names are written once the endpoint is available, and never before. */
export function planRecords(input: RecordsInput): RecordsPlan {
  const { wish, consumer, accounts, endpoint } = input;
  const known = consumer.known?.associations ?? [];
  const plan: RecordsPlan = {
    ready: 0,
    total: wish.hosts.length,
    associations: known,
    former: [],
    operations: [],
    problems: [],
    left: [],
  };
  const { declared } = consumer;
  const zoneAccount = declared.dns?.account ?? consumer.account;
  const zones = accounts.find(({ account }) => account === zoneAccount)?.zones ?? [];
  const zone = wish.hosts.length > 0 ? chooseZone(input, zones) : undefined;
  const available = endpoint.endpoint?.state === 'available' && endpoint.vpcId !== undefined;
  if (wish.hosts.length > 0 && !zone) {
    const adopted = declared.dns?.zoneId;
    if (adopted) {
      const message = `${zoneAccount} has no private zone ${adopted}`;
      plan.problems.push({ reason: 'NoZone', message });
    } else if (!available) {
      plan.problems.push(waiting('NoEndpoint', 'waits for the endpoint'));
    } else {
      plan.operations.push(createZone(wish, consumer, endpoint.vpcId ?? ''));
      plan.problems.push(waiting('Creating', 'the private zone is being made'));
    }
  }
  if (zone) planZone(plan, input, zone, zoneAccount, available);

  leaveFormer(plan, input, zone);
  return plan;
}

/** In one VPC a name can have one zone only: one of the same name makes way, others stay until names lead elsewhere. */
function leaveFormer(plan: RecordsPlan, { wish, consumer, accounts }: RecordsInput, zone?: ObservedZone): void {
  const former = knownZones(consumer).filter(({ zoneId }) => zoneId !== zone?.id);
  const settled = plan.ready === plan.total;
  const gone: string[] = [];
  for (const { account, zones } of accounts) {
    const there = zones.map(({ id }) => id);
    gone.push(
      ...former.flatMap((each) => (each.account === account && !there.includes(each.zoneId) ? each.zoneId : [])),
    );
    for (const each of zones) {
      const isFormer = isMade(wish, consumer, each) || former.some(({ zoneId }) => zoneId === each.id);
      if (each.id === zone?.id || !isFormer || !(settled || each.name === wish.zone)) continue;
      const removal = planZoneRemoval(wish, consumer, each, account);
      plan.operations.push(...removal.operations);
      plan.left.push(...removal.left);
      if (removal.gone) gone.push(each.id);
    }
  }
  plan.former = former.filter(({ zoneId }) => !gone.includes(zoneId));
}

function chooseZone({ wish, consumer }: RecordsInput, zones: readonly ObservedZone[]): ObservedZone | undefined {
  const adopted = consumer.declared.dns?.zoneId;
  return zones.find((zone) =>
    adopted ? zone.id === adopted && zone.private : zone.name === wish.zone && isMade(wish, consumer, zone),
  );
}

function planZone(
  plan: RecordsPlan,
  { wish, consumer, endpoint: { endpoint, vpcId } }: RecordsInput,
  zone: ObservedZone,
  zoneAccount: string,
  available: boolean,
): void {
  const { declared, account, region } = consumer;
  Object.assign(plan, { zone, zoneAccount });
  if (vpcId) {
    const wanted = [{ account, region, vpcId }, ...(declared.dns?.sharedWith ?? [])];
    // A made zone has its VPC from birth, and which others it has is read only where there may be some.
    const known = plan.associations.filter((each) => each.vpcId !== vpcId || declared.dns?.zoneId !== undefined);
    const asked = declared.dns?.zoneId ? wanted : wanted.slice(1);
    const operations = planAssociations(zone, zoneAccount, asked, known, consumer);
    const missing = asked.filter((each) => !zone.vpcIds.includes(each.vpcId));
    plan.associations = [
      ...known.filter(({ vpcId: id }) => zone.vpcIds.includes(id) || zone.authorizedVpcIds.includes(id)),
      ...missing.map(({ account: each, region, vpcId }) => ({ account: each, region, vpcId })),
    ];
    plan.operations.push(...operations);
    if (missing.length > 0) {
      const names = cut(
        missing.map((each) => each.vpcId),
        5,
      );
      plan.problems.push(waiting('NotAssociated', `${zone.id} is being associated with ${names}`));
    }
  }
  const [target] = endpoint?.dns ?? [];
  const stale = planStaleNames(wish.hosts, wish, zone);
  plan.operations.push(...stale.map((each) => nameOperation(each, zone, zoneAccount, consumer)));
  if (!available || !target) {
    plan.problems.push(waiting('NoEndpoint', 'waits for the endpoint'));
    return;
  }
  for (const name of wish.hosts) planHost(plan, name, target, wish, zone, zoneAccount, consumer);
}

function planHost(
  plan: RecordsPlan,
  name: string,
  target: ObservedDnsName,
  wish: Wish,
  zone: ObservedZone,
  zoneAccount: string,
  consumer: ConsumerWish,
): void {
  if (!name.endsWith(`.${zone.name}`)) {
    const message = `${name} is not in ${zone.id}, which is ${zone.name}`;
    plan.problems.push({ reason: 'WrongZone', message });
    return;
  }
  const { ready, change, problem } = planName(name, target, wish, zone);
  if (ready) plan.ready += 1;
  if (problem) plan.problems.push(problem);
  if (change) plan.operations.push(nameOperation(change, zone, zoneAccount, consumer));
}
