import { randomUUID } from 'node:crypto';
import { type Actions, type EdgeCall, json, Refusal } from './call.js';
import { pageOf } from './page.js';

interface Association {
  type: 'PRINCIPAL' | 'RESOURCE';
  entity: string;
  status: 'ASSOCIATED' | 'DISASSOCIATED';
}

interface Share {
  readonly arn: string;
  readonly ownerId: string;
  readonly region: string;
  readonly name: string;
  readonly allowExternalPrincipals: boolean;
  /** Seconds. */
  readonly createdAt: number;
  readonly associations: Association[];
  readonly tags: Map<string, string>;
  status: 'ACTIVE' | 'DELETED';
}

interface Tag {
  key: string;
  value: string;
}

/** The parameters of the actions below. */
interface Input {
  name?: string;
  resourceArns?: string[];
  principals?: string[];
  tags?: Tag[];
  tagKeys?: string[];
  tagFilters?: { tagKey: string; tagValues: string[] }[];
  allowExternalPrincipals?: boolean;
  clientToken?: string;
  resourceShareArn?: string;
  resourceShareArns?: string[];
  resourceShareStatus?: string;
  resourceOwner?: 'SELF' | 'OTHER-ACCOUNTS';
  associationType?: string;
  associationStatus?: string;
  resourceArn?: string;
  principal?: string;
  maxResults?: number;
  nextToken?: string;
}

const ARN = /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:[a-z-]+\/.+$/;
const ORGANIZATION = /^arn:aws:organizations::\d{12}:(organization|ou)\/o-[a-z0-9-/]+$/;

/**
 * Resource Access Manager; moto's can't change or list what is shared. All accounts are of one organization that
 * shares without invitations, and an OU holds them all. What was taken back or deleted is still listed, as in AWS.
 * https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/sharing-managed-prefix-lists.html
 */
export class ResourceShares {
  readonly #shares: Share[] = [];
  readonly #tokens = new Map<string, { asked: string; arn: string }>();

  empty(): void {
    this.#shares.length = 0;
    this.#tokens.clear();
  }

  /** ARNs of what others share with an account. */
  sharedWith(accountId: string): Set<string> {
    const arns = this.#shares.flatMap((share) => (isSharedWith(share, accountId) ? entitiesOf(share, 'RESOURCE') : []));
    return new Set(arns);
  }

  /** Tags of a share, or undefined where the account owns none of that ARN. */
  tagsOf(arn: string, accountId: string): Map<string, string> | undefined {
    return this.#shares.find((share) => share.arn === arn && share.ownerId === accountId)?.tags;
  }

  readonly actions: Actions = {
    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html */
    CreateResourceShare: (call) => {
      const { accountId, region } = call;
      const { name = '', allowExternalPrincipals = true, tags = [], clientToken, ...input } = inputOf(call);
      const token = `${accountId} ${region} ${clientToken}`;
      const earlier = clientToken ? this.#tokens.get(token) : undefined;
      if (earlier && earlier.asked !== call.body) {
        throw new Refusal(400, 'IdempotentParameterMismatchException', 'The client token belongs to another request.');
      }
      const again = earlier && this.#shares.find(({ arn }) => arn === earlier.arn);
      if (again) return json({ resourceShare: wireOf(again), clientToken });
      const share: Share = {
        arn: `arn:aws:ram:${region}:${accountId}:resource-share/${randomUUID()}`,
        ownerId: accountId,
        region,
        name,
        allowExternalPrincipals,
        createdAt: Date.now() / 1000,
        associations: askedAssociations(input),
        tags: new Map(tags.map(({ key, value }) => [key, value])),
        status: 'ACTIVE',
      };
      this.#shares.push(share);
      this.#tokens.set(token, { asked: call.body, arn: share.arn });
      return json({ resourceShare: wireOf(share), clientToken });
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html */
    AssociateResourceShare: (call) => {
      const share = this.#own(call);
      const asked = askedAssociations(inputOf(call));
      for (const association of asked) {
        const there = share.associations.find(({ entity }) => entity === association.entity);
        if (there) there.status = 'ASSOCIATED';
        else share.associations.push(association);
      }
      return json({ resourceShareAssociations: asked.map((each) => associationWire(share, each, 'ASSOCIATING')) });
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_DisassociateResourceShare.html */
    DisassociateResourceShare: (call) => {
      const share = this.#own(call);
      const asked = askedAssociations(inputOf(call));
      for (const { entity } of asked) {
        const there = share.associations.find((each) => each.entity === entity && each.status === 'ASSOCIATED');
        if (!there) throw unknown(`${entity} is not associated with ${share.arn}`);
        there.status = 'DISASSOCIATED';
      }
      return json({ resourceShareAssociations: asked.map((each) => associationWire(share, each, 'DISASSOCIATING')) });
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_DeleteResourceShare.html */
    DeleteResourceShare: (call) => {
      const share = this.#own(call);
      share.status = 'DELETED';
      for (const association of share.associations) association.status = 'DISASSOCIATED';
      return json({ returnValue: true });
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShares.html */
    GetResourceShares: (call) => {
      const { name, resourceShareArns, resourceShareStatus, tagFilters = [], ...input } = inputOf(call);
      const shares = this.#visible(call).filter(
        (share) =>
          (name ?? share.name) === share.name &&
          (resourceShareArns?.includes(share.arn) ?? true) &&
          (resourceShareStatus ?? share.status) === share.status &&
          tagFilters.every(({ tagKey, tagValues }) => tagValues.includes(share.tags.get(tagKey) ?? '')),
      );
      const { items, next } = pageOf(shares, input.maxResults, input.nextToken, 500);
      return json({ resourceShares: items.map(wireOf), nextToken: next });
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShareAssociations.html */
    GetResourceShareAssociations: (call) => {
      const input = inputOf(call);
      const entity = input.associationType === 'PRINCIPAL' ? input.principal : input.resourceArn;
      const found = this.#shares
        .filter((share) => isOwn(share, call) && (input.resourceShareArns?.includes(share.arn) ?? true))
        .flatMap((share) => share.associations.map((association) => ({ share, association })))
        .filter(
          ({ association }) =>
            association.type === input.associationType &&
            (entity ?? association.entity) === association.entity &&
            (input.associationStatus ?? association.status) === association.status,
        );
      const { items, next } = pageOf(found, input.maxResults, input.nextToken, 500);
      const resourceShareAssociations = items.map(({ share, association }) => associationWire(share, association));
      return json({ resourceShareAssociations, nextToken: next });
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResources.html */
    ListResources: (call) => {
      const input = inputOf(call);
      const found = this.#visible(call)
        .filter(({ arn }) => input.resourceShareArns?.includes(arn) ?? true)
        .flatMap((share) => entitiesOf(share, 'RESOURCE').map((arn) => ({ share, arn })))
        .filter(({ arn }) => input.resourceArns?.includes(arn) ?? true);
      const { items, next } = pageOf(found, input.maxResults, input.nextToken, 500);
      const resources = items.map(({ share, arn }) => ({
        arn,
        type: 'ec2:PrefixList',
        resourceShareArn: share.arn,
        status: 'AVAILABLE',
        creationTime: share.createdAt,
      }));
      return json({ resources, nextToken: next });
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_TagResource.html */
    TagResource: (call) => {
      for (const { key, value } of inputOf(call).tags ?? []) this.#own(call).tags.set(key, value);
      return json({});
    },

    /** https://docs.aws.amazon.com/ram/latest/APIReference/API_UntagResource.html */
    UntagResource: (call) => {
      for (const key of inputOf(call).tagKeys ?? []) this.#own(call).tags.delete(key);
      return json({});
    },
  };

  #own(call: EdgeCall): Share {
    const { resourceShareArn } = inputOf(call);
    const share = this.#shares.find(({ arn, status }) => arn === resourceShareArn && status === 'ACTIVE');
    if (!share || !isOwn(share, call)) throw unknown(`ResourceShare ${resourceShareArn} could not be found.`);
    return share;
  }

  #visible(call: EdgeCall): Share[] {
    const self = inputOf(call).resourceOwner === 'SELF';
    return this.#shares.filter((share) =>
      self ? isOwn(share, call) : share.region === call.region && isSharedWith(share, call.accountId),
    );
  }
}

function inputOf({ input }: EdgeCall): Input {
  return input;
}

function isOwn({ ownerId, region }: Share, call: EdgeCall): boolean {
  return ownerId === call.accountId && region === call.region;
}

function isSharedWith(share: Share, accountId: string): boolean {
  return (
    share.ownerId !== accountId &&
    entitiesOf(share, 'PRINCIPAL').some((principal) => principal === accountId || ORGANIZATION.test(principal))
  );
}

function entitiesOf({ associations }: Share, type: Association['type']): string[] {
  return associations.flatMap((each) => (each.type === type && each.status === 'ASSOCIATED' ? [each.entity] : []));
}

function askedAssociations({ principals = [], resourceArns = [] }: Input): Association[] {
  for (const principal of principals) {
    if (/^\d{12}$/.test(principal) || ORGANIZATION.test(principal)) continue;
    throw new Refusal(400, 'InvalidParameterException', `Principal ID ${principal} is malformed.`);
  }
  for (const arn of resourceArns) {
    if (!ARN.test(arn)) throw new Refusal(400, 'MalformedArnException', `The resource ARN ${arn} is not valid.`);
  }
  const association = (type: Association['type'], entity: string): Association => ({
    type,
    entity,
    status: 'ASSOCIATED',
  });
  return [
    ...principals.map((entity) => association('PRINCIPAL', entity)),
    ...resourceArns.map((entity) => association('RESOURCE', entity)),
  ];
}

function wireOf({ arn, name, ownerId, allowExternalPrincipals, status, tags, createdAt }: Share) {
  return {
    resourceShareArn: arn,
    name,
    owningAccountId: ownerId,
    allowExternalPrincipals,
    status,
    tags: [...tags].map(([key, value]) => ({ key, value })),
    creationTime: createdAt,
    featureSet: 'STANDARD',
  };
}

function associationWire({ arn, name, createdAt }: Share, { type, entity, status }: Association, answered?: string) {
  return {
    resourceShareArn: arn,
    resourceShareName: name,
    associatedEntity: entity,
    associationType: type,
    status: answered ?? status,
    creationTime: createdAt,
    external: false,
  };
}

function unknown(message: string): Refusal {
  return new Refusal(400, 'UnknownResourceException', message);
}
