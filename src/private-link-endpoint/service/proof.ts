import type { Change } from '@aws-sdk/client-route-53';
import { GLOBAL, type Reading } from '../../aws/places.js';
import type { ObservedPrivateDns, ObservedRecord, ObservedService } from '../observed.js';
import { type Hindrance, type Operation, waiting } from '../operation.js';
import type { ProviderWish } from '../wish.js';

/** Where the proof that a private DNS name is ours belongs, and what is there. */
export interface ProofInput {
  record: Reading<ObservedRecord | undefined>;
  /** Whether AWS was asked to look for it since this process started. */
  asked: boolean;
}

const TTL = 300;

/** https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html: beneath the name itself. */
export function proofName({ name, txtName }: ObservedPrivateDns): string {
  return `${txtName}.${name}`;
}

/**
 * Writes the proof, asks AWS to look for it, and again when AWS says that it failed. While it looks it isn't asked
 * again: that would begin anew.
 */
export function planProof(
  { id, privateDns }: ObservedService,
  provider: ProviderWish,
  proof: ProofInput | undefined,
): { operations: Operation[]; problems: Hindrance[] } {
  const wanted = provider.privateDns;
  if (!wanted) return { operations: [], problems: [] };
  if (privateDns?.name !== wanted.name || !proof) {
    return { operations: [], problems: [waiting('NameNotVerified', `AWS is told of ${wanted.name}`)] };
  }
  const { record, asked } = proof;
  if (!record.ok) return { operations: [], problems: [record.problem] };
  const operations: Operation[] = [];
  const problems: Hindrance[] = [];
  const there = record.value?.values.includes(quoted(privateDns)) ?? false;
  if (!there) operations.push(proofChange('UPSERT', privateDns, provider));
  if (privateDns.state !== 'verified') {
    const failed = privateDns.state === 'failed';
    if (failed || !asked) {
      operations.push({
        lane: LANE,
        place: { account: provider.account, region: provider.region },
        sign: '~',
        what: `verification of ${privateDns.name}`,
        done: 'VerificationStarted',
        request: { action: 'StartVpcEndpointServicePrivateDnsVerification', input: { ServiceId: id } },
      });
    }
    const where = `${proofName(privateDns)} in ${wanted.zoneId}`;
    problems.push(
      failed
        ? {
            reason: 'NameNotVerified',
            message: `AWS did not find the proof of ${wanted.name}, ${where}; is that the public zone? It is asked again`,
          }
        : waiting('NameNotVerified', `AWS looks for the proof of ${wanted.name}, ${where}`),
    );
  }
  return { operations, problems };
}

/** The record is known by its value, which AWS made for this service alone. */
export function planProofRemoval(
  { privateDns }: ObservedService,
  provider: ProviderWish,
  proof: ProofInput | undefined,
): Operation[] {
  if (!privateDns || !proof?.record.ok || !proof.record.value?.values.includes(quoted(privateDns))) return [];
  return [proofChange('DELETE', privateDns, provider, proof.record.value)];
}

const LANE = 'proof';

function proofChange(
  Action: 'UPSERT' | 'DELETE',
  privateDns: ObservedPrivateDns,
  { account, privateDns: wanted }: ProviderWish,
  there?: ObservedRecord,
): Operation {
  const Name = proofName(privateDns);
  const values = there?.values ?? [quoted(privateDns)];
  const change: Change = {
    Action,
    ResourceRecordSet: {
      Name,
      Type: 'TXT',
      TTL: there?.ttl ?? TTL,
      ResourceRecords: values.map((Value) => ({ Value })),
    },
  };
  return {
    lane: LANE,
    place: { account: wanted?.account ?? account, region: GLOBAL },
    sign: Action === 'UPSERT' ? '+' : '-',
    what: `TXT record ${Name}`,
    done: Action === 'UPSERT' ? 'RecordsChanged' : 'RecordsDeleted',
    request: {
      action: 'ChangeResourceRecordSets',
      input: { HostedZoneId: wanted?.zoneId, ChangeBatch: { Changes: [change] } },
    },
  };
}

function quoted({ txtValue }: ObservedPrivateDns): string {
  return `"${txtValue}"`;
}
