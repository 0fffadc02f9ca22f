import { parseAllDocuments } from 'yaml';
import { crds as ownYaml } from '../../api/crds.gen.js';
import type { KubeClient } from '../../kube/client.js';
import { differences } from '../../kube/owned/differences.js';
import type { KubeObject, Resource } from '../../kube/resource.js';
import type { Finding } from '../finding.js';

export interface Crd extends KubeObject {
  spec: { names: object; scope: string; versions: { name: string; served: boolean }[] };
}

export const customResourceDefinitions: Resource<Crd> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

/** One of this release's CRDs, and what the cluster has of that name. */
export interface CrdFact {
  own: Crd;
  live?: Crd;
}

/** @throws KubeError */
export async function observeCrds(client: KubeClient, signal: AbortSignal): Promise<CrdFact[]> {
  const owns = parseAllDocuments(ownYaml, { merge: true }).map((document) => document.toJS() as Crd);
  return Promise.all(
    owns.map(async (own) => {
      const live = await client.get(customResourceDefinitions, own.metadata, { signal });
      return { own, ...(live && { live }) };
    }),
  );
}

const APPLY = 'sallyport crds | kubectl apply --server-side -f -';

export function crdFindings(facts: readonly CrdFact[]): Finding[] {
  if (facts.every(({ live }) => !live)) {
    const message = 'Sallyport is not installed here: none of its CRDs is there';
    return [{ check: 'crds', subject: 'CRDs', level: 'note', message, next: APPLY }];
  }
  const findings = facts.flatMap(crdFinding);
  if (findings.length > 0) return findings;
  return [
    { check: 'crds', subject: 'CRDs', level: 'ok', message: `all ${facts.length} CRDs are those of this release` },
  ];
}

function crdFinding({ own, live }: CrdFact): Finding[] {
  const subject = own.metadata.name;
  const about = { check: 'crds', subject } as const;
  if (!live) return [{ ...about, level: 'failure', message: `the CRD ${subject} is missing`, next: APPLY }];
  const { lacks, adds, others } = comparison(own, live);
  if (lacks.length > 0 && adds.length === 0) {
    const message = `the CRD ${subject} is older than this release: it lacks ${listed(lacks)}, which the API server takes out of what you write`;
    return [{ ...about, level: 'failure', message, next: APPLY }];
  }
  if (adds.length > 0 && lacks.length === 0) {
    const message = `the CRD ${subject} is newer than this release, which knows nothing of ${listed(adds)}`;
    return [{ ...about, level: 'warning', message, next: "use the sallyport of the operator's release" }];
  }
  if (lacks.length + others.length === 0) return [];
  const message = `the CRD ${subject} is not this release's: it differs at ${listed([...lacks, ...adds, ...others])}`;
  return [{ ...about, level: 'warning', message, next: APPLY }];
}

/** Paths: what the live one lacks, what it has besides, and what is otherwise. */
function comparison(own: Crd, live: Crd): Record<'lacks' | 'adds' | 'others', string[]> {
  const essence = ({ spec: { names, scope, versions } }: Crd) => ({ names, scope, versions });
  const unmet = differences(essence(own), essence(live));
  const extra = differences(essence(live), essence(own));
  return {
    lacks: unmet.filter((path) => !extra.includes(path)),
    adds: extra.filter((path) => !unmet.includes(path)),
    others: unmet.filter((path) => extra.includes(path)),
  };
}

/** `spec.targets.wafIpSets and 3 more` */
function listed(paths: readonly string[]): string {
  const [first = '', ...more] = paths.map(fieldOf);
  return more.length > 0 ? `${first} and ${more.length} more` : first;
}

/** The field that a path in a CRD is about. */
function fieldOf(path: string): string {
  return path.replace(/^versions\[\w+\]\.schema\.openAPIV3Schema\./, '').replace(/\bproperties\.|\bitems\./g, '');
}
