import type { ControllerName } from '../operator/controller-names.js';
import { ManifestError, type Manifests, readManifests } from '../plan/manifests.js';
import type { Rendered } from '../plan/render.js';
import { askedOf } from './asked.js';
import { operatorPolicy } from './operator.js';
import { permissions } from './permissions.js';
import { MAX_CHARACTERS, policiesFor } from './policy.js';
import { cloudFormation } from './templates/cloudformation.js';
import { terraform } from './templates/terraform.js';
import { accountTrust, irsaTrust, podIdentityTrust } from './trust.js';

export interface PolicyRequest {
  controllers: readonly ControllerName[];
  filename: string[];
  ownerId?: string;
  readOnly: boolean;
  partition: string;
  part?: number;
  format: 'json' | 'terraform' | 'cloudformation';
}

/** Of the role in each account. */
export async function policy({ controllers, filename, readOnly, part, ...options }: PolicyRequest): Promise<Rendered> {
  return withManifests(filename, (manifests) => {
    const asked = manifests ? askedOf(permissions, manifests) : permissions;
    const wanted = asked.filter(
      ({ controller, access }) => controllers.includes(controller) && !(readOnly && access === 'Write'),
    );
    const { ownerId, partition, format } = options;
    if (wanted.length === 0) return refused('that asks nothing of AWS');
    if (format === 'terraform') return { ok: true, text: terraform(wanted, ownerId) };
    if (format === 'cloudformation') return { ok: true, text: cloudFormation(wanted, ownerId) };
    const documents = policiesFor(wanted, { ownerId, partition });
    if (part !== undefined) {
      const document = documents[part - 1];
      return document ? json(document) : refused(`there is no part ${part} of ${documents.length}`);
    }
    const advice = `${documents.length} documents, as IAM takes ${MAX_CHARACTERS} characters in one: attach them all; --part 1 prints the first`;
    return { ...json(...documents), ...(documents.length > 1 && { advice: [advice] }) };
  });
}

export interface TrustRequest {
  principal: string;
  filename: string[];
  account?: string;
  externalId?: string;
}

/** Of the role in each account. */
export async function trust({ principal, filename, account, externalId }: TrustRequest): Promise<Rendered> {
  if (account === undefined && filename.length > 0)
    return refused('say with --account which AwsAccount of the manifests');
  if (account === undefined) return json(accountTrust(principal, externalId));
  return withManifests(filename, (manifests) => {
    const found = manifests?.accounts.find(({ metadata }) => metadata.name === account);
    return found
      ? json(accountTrust(principal, found.spec.externalId))
      : refused(`the manifests have no AwsAccount ${account}; name them with -f`);
  });
}

/** Of Sallyport's own role. */
export async function ownPolicy({ filename, partition }: { filename: string[]; partition: string }): Promise<Rendered> {
  return withManifests(filename, (manifests) => {
    const roles = manifests?.accounts.flatMap(({ spec }) => spec.roleArn ?? []) ?? [];
    return manifests && roles.length === 0
      ? refused('no AwsAccount of the manifests has a roleArn')
      : json(operatorPolicy(roles.sort(), partition));
  });
}

export interface OwnTrustRequest {
  oidcProvider?: string;
  cluster?: string;
  serviceAccount: string;
}

/** Of Sallyport's own role. */
export async function ownTrust({ oidcProvider, cluster, serviceAccount }: OwnTrustRequest): Promise<Rendered> {
  const [namespace = '', name = ''] = serviceAccount.split('/');
  if (oidcProvider && !cluster) return json(irsaTrust({ namespace, name }, oidcProvider));
  if (cluster && !oidcProvider) return json(podIdentityTrust({ namespace, name }, cluster));
  return refused('write --oidc-provider for IRSA, or --cluster for Pod Identity');
}

/** Without paths, without manifests. */
async function withManifests(
  paths: readonly string[],
  render: (manifests: Manifests | undefined) => Rendered,
): Promise<Rendered> {
  try {
    return render(paths.length > 0 ? await readManifests(paths) : undefined);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return refused(error.message);
  }
}

function json(...documents: object[]): { ok: true; text: string } {
  return { ok: true, text: documents.map((each) => `${JSON.stringify(each, null, 2)}\n`).join('') };
}

function refused(message: string): Rendered {
  return { ok: false, message };
}
