import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { type ClusterDns, DNS_NAMESPACE } from '../interception/cluster-dns.js';
import type { Edit } from '../interception/edit.js';
import { type Foreseen, foresee, isIntercepted } from '../interception/foresee.js';
import { objectKey } from '../kube/resource.js';
import type { PartFinding, TextEdit, Work } from './part-finding.js';
import type { Eyes } from './parts.js';

/** What is to be done to this cluster's DNS for one resource; what resolvers answer is not asked. */
export async function surveyInterception(endpoint: PrivateLinkEndpoint, eyes: Eyes): Promise<PartFinding | undefined> {
  if (!isIntercepted(endpoint)) return undefined;
  const dns = await eyes.dns();
  const { now, later, problems, left, seen } = await foresee(endpoint, { ...eyes, dns });
  const isAsked = endpoint.spec.interception !== undefined && !endpoint.metadata.deletionTimestamp;
  return {
    owner: endpoint,
    now: workOf(now, dns),
    later: workOf(later, dns),
    ...(isAsked && { once: 'once resolvers find the private names' }),
    problems,
    left,
    seen,
  };
}

function workOf({ operations, edits }: Foreseen['now'], dns: ClusterDns): Work {
  return { operations, edits: edits.map((edit) => textEdit(edit, dns)) };
}

function textEdit({ configMap: name, key, text }: Edit, { corefile, custom }: ClusterDns): TextEdit {
  const texts = [corefile?.texts, custom?.texts].find((each) => each?.name === name);
  return {
    configMap: objectKey({ namespace: DNS_NAMESPACE, name }),
    before: texts?.data[key] ?? '',
    after: text ?? '',
  };
}
