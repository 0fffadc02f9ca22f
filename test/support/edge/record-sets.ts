import ipaddr from 'ipaddr.js';
import { Refusal } from './call.js';
import { endpointZoneId } from './endpoint-zone.js';
import { type Element, elementsAt, textAt, type Xml } from './xml.js';

export interface RecordSet {
  readonly name: string;
  readonly type: string;
  /** Of several record sets of a name and type that share its queries by weight. */
  readonly setId: string | undefined;
  readonly weight: string | undefined;
  readonly ttl: string | undefined;
  readonly values: readonly string[];
  readonly alias: Alias | undefined;
}

interface Alias {
  readonly zoneId: string;
  readonly dnsName: string;
  readonly evaluate: string;
}

interface Change {
  readonly action: string;
  readonly record: RecordSet;
}

/** The zone that records are in. */
interface Zone {
  readonly id: string;
  readonly name: string;
  readonly records: readonly RecordSet[];
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html, of one batch. */
const MAX_VALUES = 1000;
const MAX_CHARACTERS = 32_000;
const QUOTED = /^("[^"]{0,255}"\s*)+$/;

/**
 * As Route 53 keeps names: in lower case, with a dot at the end, `*` as `\052`.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
export function canonicalName(name: string): string {
  const escaped = name.toLowerCase().replace(/[^a-z0-9\-_.\\]/g, (character) => {
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return escaped.endsWith('.') ? escaped : `${escaped}.`;
}

/** What lists of names are ordered by: `com.example.www.`. */
export function orderOf(name: string): string {
  return `${name.slice(0, -1).split('.').reverse().join('.')}.`;
}

/** What lists of record sets are ordered by. */
export function placeOf({ name, type, setId = '' }: Pick<RecordSet, 'name' | 'type' | 'setId'>): string {
  return `${orderOf(name)} ${type} ${setId}`;
}

export function compareRecords(one: RecordSet, other: RecordSet): number {
  const [a, b] = [one, other].map(placeOf);
  return a === b ? 0 : `${a}` < `${b}` ? -1 : 1;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html */
export function recordWire({ name, type, setId, weight, ttl, values, alias }: RecordSet): Xml {
  return {
    Name: name,
    Type: type,
    SetIdentifier: setId,
    Weight: weight,
    TTL: ttl,
    ...(values.length > 0 && { ResourceRecords: { ResourceRecord: values.map((Value) => ({ Value })) } }),
    ...(alias && {
      AliasTarget: { HostedZoneId: alias.zoneId, DNSName: alias.dnsName, EvaluateTargetHealth: alias.evaluate },
    }),
  };
}

/**
 * All changes of a batch or none.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
export function changedRecords(zone: Zone, batch: readonly Element[]): RecordSet[] {
  const changes = batch.map(changeOf);
  // An UPSERT counts twice.
  const texts = changes.flatMap(({ action, record: { values } }) =>
    action === 'UPSERT' ? [...values, ...values] : values,
  );
  if (texts.length > MAX_VALUES) throw invalidBatch(`Number of records limit of ${MAX_VALUES} exceeded.`);
  if (texts.join('').length > MAX_CHARACTERS) {
    throw invalidBatch(`Number of characters limit of ${MAX_CHARACTERS} exceeded.`);
  }
  const records = new Map(zone.records.map((record) => [keyOf(record), record]));
  const problems: string[] = [];
  for (const change of changes) {
    const problem = problemOf(zone, change, records);
    if (problem) problems.push(problem);
    else if (change.action === 'DELETE') records.delete(keyOf(change.record));
    else records.set(keyOf(change.record), change.record);
  }
  if (problems.length > 0) throw invalidBatch(problems.join(', '));
  return [...records.values()].sort(compareRecords);
}

function changeOf(element: Element): Change {
  const at = (...path: string[]) => textAt(element, 'ResourceRecordSet', ...path);
  const dnsName = at('AliasTarget', 'DNSName');
  const action = textAt(element, 'Action') ?? '';
  const record: RecordSet = {
    name: canonicalName(at('Name') ?? ''),
    type: at('Type') ?? '',
    setId: at('SetIdentifier'),
    weight: at('Weight'),
    ttl: at('TTL'),
    values: elementsAt(element, 'ResourceRecordSet', 'ResourceRecords', 'ResourceRecord', 'Value').map(
      ({ text }) => text,
    ),
    alias:
      dnsName === undefined
        ? undefined
        : {
            zoneId: at('AliasTarget', 'HostedZoneId') ?? '',
            dnsName: canonicalName(dnsName),
            evaluate: at('AliasTarget', 'EvaluateTargetHealth') ?? 'false',
          },
  };
  const plain = record.ttl !== undefined && record.values.length > 0;
  if (plain === (record.alias !== undefined)) {
    const where = `[Action=${action}, Name=${record.name}, Type=${record.type}, SetIdentifier=${record.setId ?? null}]`;
    const message =
      'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], ' +
      `or TrafficPolicyInstanceId], but found ${plain ? 'more than one' : 'none'} in Change with ${where}`;
    throw new Refusal(400, 'InvalidInput', message);
  }
  return { action, record };
}

/** Why a change can't be made, in Route 53's words where they are known. */
function problemOf(
  zone: Zone,
  { action, record }: Change,
  records: ReadonlyMap<string, RecordSet>,
): string | undefined {
  const { name, type } = record;
  const there = records.get(keyOf(record));
  const set = `resource record set [name='${name}', type='${type}']`;
  const apex = name === zone.name;
  if (action === 'DELETE') {
    if (!there) return `Tried to delete ${set} but it was not found`;
    if (!isSame(there, record)) return `Tried to delete ${set} but the values provided do not match the current values`;
    return apex && /^(NS|SOA)$/.test(type) ? `A HostedZone must contain at least one ${type} record` : undefined;
  }
  if (!apex && !name.endsWith(`.${zone.name}`)) {
    return `RRSet with DNS name ${name} is not permitted in zone ${zone.name}`;
  }
  if (action === 'CREATE' && there) return `Tried to create ${set} but it already exists`;
  if (type === 'CNAME' && apex) {
    return `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`;
  }
  const clash = [...records.values()].some(
    (each) => each.name === name && each.type !== type && [each.type, type].includes('CNAME'),
  );
  if (clash) {
    const conflict = `it conflicts with other records with the same DNS name in zone ${zone.name}`;
    return `RRSet of type ${type} with DNS name ${name} is not permitted as ${conflict}`;
  }
  if ([...records.values()].some((each) => each.name === name && each.type === type && !each.setId !== !record.setId)) {
    return `RRSet with DNS name ${name}, type ${type} cannot be created as weighted and simple sets exclude each other`;
  }
  return record.alias ? aliasProblem(zone, record, record.alias, records) : valueProblem(record);
}

/**
 * To an interface endpoint of the region, of type A only, or to another record of the zone.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
 */
function aliasProblem(
  zone: Zone,
  { type }: RecordSet,
  { zoneId, dnsName }: Alias,
  records: ReadonlyMap<string, RecordSet>,
): string | undefined {
  const tried = `Tried to create an alias that targets ${dnsName}, type ${type} in zone ${zoneId}`;
  const [, region] = /\.([a-z0-9-]+)\.vpce\.amazonaws\.com\.$/.exec(dnsName) ?? [];
  if (zoneId === zone.id)
    return [...records.values()].some((each) => each.name === dnsName && each.type === type)
      ? undefined
      : `${tried}, but that target was not found`;
  if (!region || zoneId !== endpointZoneId(region)) {
    return `${tried}, but the alias target name does not lie within the target zone`;
  }
  return type === 'A' ? undefined : `${tried}, but that target was not found`;
}

function valueProblem({ type, values }: RecordSet): string | undefined {
  const fatal = (what: string, value: string) =>
    `Invalid Resource Record: 'FATAL problem: ${what} encountered with '${value}''`;
  for (const value of values) {
    if (type === 'A' && !ipaddr.IPv4.isValidFourPartDecimal(value)) {
      return fatal('ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)', value);
    }
    if (type === 'TXT' && !QUOTED.test(value)) {
      return fatal('InvalidCharacterString (Value should be enclosed in quotation marks)', value);
    }
  }
}

function isSame(one: RecordSet, other: RecordSet): boolean {
  const [a, b] = [one, other].map((record) => JSON.stringify({ ...record, values: [...record.values].sort() }));
  return a === b;
}

function keyOf({ name, type, setId = '' }: RecordSet): string {
  return `${name} ${type} ${setId}`;
}

function invalidBatch(message: string): Refusal {
  return new Refusal(400, 'InvalidChangeBatch', `[${message}]`);
}
