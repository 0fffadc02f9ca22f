import type { KubeClient } from '../../kube/client.js';
import type { KubeObject, Resource } from '../../kube/resource.js';

/** What RBAC is asked about. Without a namespace: in all of them. */
export interface Attributes {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

interface Review extends KubeObject {
  spec: object;
  status?: { allowed: boolean };
}

const api = { group: 'authorization.k8s.io', version: 'v1', namespaced: false };
const selfSubjectAccessReviews: Resource<Review> = {
  ...api,
  plural: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
};
const subjectAccessReviews: Resource<Review> = { ...api, plural: 'subjectaccessreviews', kind: 'SubjectAccessReview' };

/** A question, and nothing that is kept. @throws KubeError */
export async function mayI(client: KubeClient, resourceAttributes: Attributes, signal: AbortSignal): Promise<boolean> {
  return ask(client, selfSubjectAccessReviews, { resourceAttributes }, signal);
}

/** The same of a service account. @throws KubeError */
export async function mayAccount(
  client: KubeClient,
  { namespace, name }: { namespace: string; name: string },
  resourceAttributes: Attributes,
  signal: AbortSignal,
): Promise<boolean> {
  const user = `system:serviceaccount:${namespace}:${name}`;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return ask(client, subjectAccessReviews, { user, groups, resourceAttributes }, signal);
}

async function ask(
  client: KubeClient,
  resource: Resource<Review>,
  spec: object,
  signal: AbortSignal,
): Promise<boolean> {
  const review = await client.create(resource, { metadata: { name: '' }, spec }, { signal });
  return review.status?.allowed ?? false;
}

/** `list pods in kube-system`, `patch cidrsets/status`, `create deployments.apps` */
export function attributesText({ verb, group, resource, subresource, namespace, name }: Attributes): string {
  const what = [group ? `${resource}.${group}` : resource, subresource].filter(Boolean).join('/');
  return [verb, what, name, namespace && `in ${namespace}`].filter(Boolean).join(' ');
}
