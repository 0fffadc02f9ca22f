import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeVpcsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { type Actions, type Answer, type EdgeCall, Refusal, xml } from './call.js';
import {
  delegationWire,
  type HostedZone,
  hasVpc,
  nameServersOf,
  type Vpc,
  vpcOf,
  vpcWire,
  zoneWire,
} from './hosted-zone.js';
import { canonicalName } from './record-sets.js';
import type { Settling } from './settling.js';
import { type Element, elementsAt, readXml, textAt, writeXml, type Xml } from './xml.js';

interface ChangeInfo {
  readonly id: string;
  readonly submittedAt: string;
  readonly comment: string | undefined;
  status: 'PENDING' | 'INSYNC';
}

/** What hosted zones need to know of the rest of AWS. */
interface World {
  ec2: (accountId: string, region: string) => EC2Client;
  settling: Settling;
}

interface ChangeOptions {
  /** The code of the error while another change is under way. */
  refusal: 'PriorRequestNotComplete' | 'ConcurrentModification';
  /** Also others than the zone's owner may make it. */
  anyones?: boolean;
}

/** How long Route 53 is busy with a change to a zone, in milliseconds: what comes in between is refused. */
const BUSY = 10;

/** All accounts' zones, and changes to them. */
export class HostedZones {
  readonly #world: World;
  readonly #zones = new Map<string, HostedZone>();
  readonly #changes = new Map<string, ChangeInfo>();
  readonly #busy = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  empty(): void {
    this.#zones.clear();
    this.#changes.clear();
  }

  /** What anyone on the internet is told: the most specific public zone answers. */
  publicTxt(name: string): readonly string[] {
    const canonical = canonicalName(name);
    const zones = [...this.#zones.values()].filter(
      (zone) => !zone.isPrivate && `.${canonical}`.endsWith(`.${zone.name}`),
    );
    const longest = Math.max(...zones.map((zone) => zone.name.length));
    return zones
      .filter((zone) => zone.name.length === longest)
      .flatMap(({ records }) => records)
      .flatMap((record) => (record.name === canonical && record.type === 'TXT' ? record.values : []));
  }

  /** The id of the private zone of just this name that a VPC has. */
  privateZoneOf(vpcId: string, name: string): string | undefined {
    const canonical = canonicalName(name);
    return this.ofVpc(vpcId).find((zone) => zone.name === canonical)?.id;
  }

  readonly actions: Actions = {
    /** No tags: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html */
    CreateHostedZone: async (call) => {
      const body = readXml(call.body);
      const name = canonicalName(textAt(body, 'Name') ?? '');
      const callerReference = textAt(body, 'CallerReference') ?? '';
      const own = this.own(call);
      if (own.some((zone) => zone.callerReference === callerReference)) {
        const message = `A hosted zone has already been created with the specified caller reference: ${callerReference}`;
        throw new Refusal(409, 'HostedZoneAlreadyExists', message);
      }
      const vpc = elementsAt(body, 'VPC').map(vpcOf)[0];
      if (vpc) await this.checkOwnVpc(call, vpc);
      if (vpc) this.checkNoConflict(name, vpc);
      const isPrivate = vpc !== undefined;
      const nameServers = nameServersOf(isPrivate);
      const soa = `${nameServers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
      const plain = { name, setId: undefined, weight: undefined, alias: undefined };
      const zone: HostedZone = {
        id: `Z${randomBytes(10).toString('hex').toUpperCase()}`,
        ownerId: call.accountId,
        name,
        callerReference,
        comment: textAt(body, 'HostedZoneConfig', 'Comment'),
        isPrivate,
        nameServers,
        tags: new Map(),
        vpcs: vpc ? [vpc] : [],
        authorized: [],
        records: [
          { ...plain, type: 'NS', ttl: '172800', values: nameServers.map((server) => `${server}.`) },
          { ...plain, type: 'SOA', ttl: '900', values: [soa] },
        ],
      };
      this.#zones.set(zone.id, zone);
      const ChangeInfo = await this.changeInfo();
      const answer = { HostedZone: zoneWire(zone), ChangeInfo, ...delegationWire(zone), VPC: vpc && vpcWire(vpc) };
      return answered(call, answer, 201);
    },

    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html */
    GetHostedZone: (call) => {
      const zone = this.zone(call);
      const VPCs = zone.isPrivate ? { VPC: zone.vpcs.map(vpcWire) } : undefined;
      return answered(call, { HostedZone: zoneWire(zone), ...delegationWire(zone), VPCs });
    },

    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html */
    DeleteHostedZone: (call) =>
      this.change(call, { refusal: 'PriorRequestNotComplete' }, async (zone) => {
        if (zone.records.length > 2) {
          const message =
            'The specified hosted zone contains non-required resource record sets and so cannot be deleted.';
          throw new Refusal(400, 'HostedZoneNotEmpty', message);
        }
        this.#zones.delete(zone.id);
        return { ChangeInfo: await this.changeInfo() };
      }),

    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html */
    GetChange: async (call) => {
      const change = this.#changes.get(String(call.input.id));
      if (!change) throw new Refusal(404, 'NoSuchChange', `A change with ID ${call.input.id} does not exist`);
      const answer = answered(call, { ChangeInfo: changeWire(change) });
      await this.#world.settling.seen(change.id);
      return answer;
    },
  };

  /** An account's. */
  own({ accountId }: EdgeCall): HostedZone[] {
    return [...this.#zones.values()].filter(({ ownerId }) => ownerId === accountId);
  }

  /** That a VPC has, whoever owns them. */
  ofVpc(vpcId: string): HostedZone[] {
    return [...this.#zones.values()].filter(({ vpcs }) => hasVpc(vpcs, vpcId));
  }

  /** That access to someone else's is denied, and not that it exists, isn't documented. */
  zone(call: EdgeCall, id = String(call.input.id), anyones = false): HostedZone {
    const zone = this.#zones.get(id);
    if (!zone) throw new Refusal(404, 'NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
    if (anyones || zone.ownerId === call.accountId) return zone;
    const caller = `User: arn:aws:sts::${call.accountId}:assumed-role/sallyport/sallyport`;
    throw new Refusal(403, 'AccessDenied', `${caller} is not authorized to access this resource`);
  }

  /** Changes one zone, while no other change to it is under way. */
  async change(
    call: EdgeCall,
    { refusal, anyones = false }: ChangeOptions,
    work: (zone: HostedZone, body: Element) => Promise<Xml>,
  ): Promise<Answer> {
    const zone = this.zone(call, undefined, anyones);
    if (this.#busy.has(zone.id)) {
      const message = 'The request was rejected because Route 53 was still processing a prior request.';
      throw new Refusal(400, refusal, message);
    }
    this.#busy.add(zone.id);
    try {
      const [body] = await Promise.all([work(zone, readXml(call.body)), sleep(BUSY)]);
      return answered(call, body);
    } finally {
      this.#busy.delete(zone.id);
    }
  }

  /** @throws Refusal unless the VPC is the caller's. */
  async checkOwnVpc({ accountId }: EdgeCall, { id, region }: Vpc): Promise<void> {
    const Filters = [{ Name: 'vpc-id', Values: [id] }];
    const { Vpcs = [] } = await this.#world.ec2(accountId, region).send(new DescribeVpcsCommand({ Filters }));
    if (Vpcs.length > 0) return;
    throw new Refusal(400, 'InvalidVPCId', `The VPC: ${id} in region ${region} that you provided is not authorized`);
  }

  /** @throws Refusal when the VPC has a private zone of the name. */
  checkNoConflict(name: string, { id, region }: Vpc): void {
    const zoneId = this.privateZoneOf(id, name);
    if (!zoneId) return;
    const conflict = `already been associated with the hosted zone ${zoneId} with the same domain name`;
    throw new Refusal(400, 'ConflictingDomainExists', `The VPC ${id} in region ${region} has ${conflict}.`);
  }

  /** A change that has begun to propagate. */
  async changeInfo(comment?: string): Promise<Xml> {
    const id = `C${randomBytes(10).toString('hex').toUpperCase()}`;
    const change: ChangeInfo = { id, submittedAt: new Date().toISOString(), comment, status: 'PENDING' };
    this.#changes.set(id, change);
    const wire = changeWire(change);
    await this.#world.settling.begin(id, () => {
      change.status = 'INSYNC';
    });
    return wire;
  }
}

export function answered({ action }: EdgeCall, body: Xml, status = 200): Answer {
  return xml(status, `<${action}Response>${writeXml(body)}</${action}Response>`);
}

/** `next`: the first item of the next page. */
export function pageOf<T>(
  items: readonly T[],
  size: unknown,
  most: number,
): { page: readonly T[]; next: T | undefined } {
  const count = Math.min(Number(size ?? most), most);
  return { page: items.slice(0, count), next: items[count] };
}

function changeWire({ id, status, submittedAt, comment }: ChangeInfo): Xml {
  return { Id: `/change/${id}`, Status: status, SubmittedAt: submittedAt, Comment: comment };
}
