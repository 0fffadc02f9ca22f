import { randomBytes } from 'node:crypto';
import { type Actions, type EdgeCall, json, Refusal } from './call.js';
import { pageOf } from './page.js';

export interface Association {
  clusterName: string;
  namespace: string;
  serviceAccount: string;
  associationId: string;
  associationArn: string;
  roleArn: string;
  tags: Record<string, string>;
}

/** The parameters of the actions below. */
interface Input extends Partial<Association> {
  name?: string;
  clientRequestToken?: string;
  maxResults?: string;
  nextToken?: string;
}

/** Associations of EKS Pod Identity, none of which moto has. */
export class PodIdentity {
  /** By ARN. */
  readonly #associations = new Map<string, Association>();
  readonly #requireCluster: (call: EdgeCall) => void;

  constructor(requireCluster: (call: EdgeCall) => void) {
    this.#requireCluster = requireCluster;
  }

  get(arn: string): Association | undefined {
    return this.#associations.get(arn);
  }

  empty(): void {
    this.#associations.clear();
  }

  readonly actions: Actions = {
    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html: one for each service account. */
    CreatePodIdentityAssociation: (call) => {
      const { name = '', namespace = '', serviceAccount = '', roleArn = '', tags = {} } = this.#inputOf(call);
      const [other] = this.#of(call).filter((each) => isSame(each, { namespace, serviceAccount }));
      if (other) {
        const message = `Association already exists: ${other.associationId}`;
        throw new Refusal(409, 'ResourceInUseException', message);
      }
      const associationId = `a-${randomBytes(8).toString('hex')}`;
      const associationArn = arnOf(call, `${name}/${associationId}`);
      const association = {
        clusterName: name,
        namespace,
        serviceAccount,
        associationId,
        associationArn,
        roleArn,
        tags,
      };
      this.#associations.set(associationArn, association);
      return json({ association });
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_ListPodIdentityAssociations.html: without role and tags. */
    ListPodIdentityAssociations: (call) => {
      const { namespace, serviceAccount, maxResults, nextToken } = this.#inputOf(call);
      const found = this.#of(call)
        .filter((each) => isSame(each, { namespace, serviceAccount }))
        .map(({ roleArn: _role, tags: _tags, ...summary }) => summary);
      const { items, next } = pageOf(found, maxResults, nextToken);
      return json({ associations: items, nextToken: next });
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribePodIdentityAssociation.html */
    DescribePodIdentityAssociation: (call) => json({ association: this.#association(call) }),

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdatePodIdentityAssociation.html */
    UpdatePodIdentityAssociation: (call) => {
      const association = this.#association(call);
      const { roleArn = association.roleArn } = this.#inputOf(call);
      association.roleArn = roleArn;
      return json({ association });
    },

    /** https://docs.aws.amazon.com/eks/latest/APIReference/API_DeletePodIdentityAssociation.html */
    DeletePodIdentityAssociation: (call) => {
      const association = this.#association(call);
      this.#associations.delete(association.associationArn);
      return json({ association });
    },
  };

  #inputOf(call: EdgeCall): Input {
    this.#requireCluster(call);
    return call.input;
  }

  /** Those of the call's cluster. */
  #of(call: EdgeCall): Association[] {
    const { name = '' } = this.#inputOf(call);
    return [...this.#associations.values()].filter((each) => each.associationArn.startsWith(arnOf(call, `${name}/`)));
  }

  #association(call: EdgeCall): Association {
    const { associationId = '' } = this.#inputOf(call);
    const found = this.#of(call).find((each) => each.associationId === associationId);
    if (found) return found;
    throw new Refusal(404, 'ResourceNotFoundException', `No association found for ID: ${associationId}.`);
  }
}

interface Filter {
  namespace: string | undefined;
  serviceAccount: string | undefined;
}

function isSame(association: Association, { namespace, serviceAccount }: Filter): boolean {
  return (
    [association.namespace, undefined].includes(namespace) &&
    [association.serviceAccount, undefined].includes(serviceAccount)
  );
}

function arnOf({ region, accountId }: EdgeCall, rest: string): string {
  return `arn:aws:eks:${region}:${accountId}:podidentityassociation/${rest}`;
}
