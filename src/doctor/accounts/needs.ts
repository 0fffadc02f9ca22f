import type { AwsAccount } from '../../api/aws-account.gen.js';
import { type ScopeSelector, selects } from '../../cidr-set/selector.js';
import { askedFeatures } from '../../iam/asked.js';
import type { Feature } from '../../iam/permission.js';
import { permissions } from '../../iam/permissions.js';
import type { ControllerName } from '../../operator/controller-names.js';
import type { Declared } from '../../plan/merge.js';

/** What is asked for by endpoints themselves, and not by their service. */
const OF_CONSUMERS: readonly Feature[] = ['endpoints', 'names', 'consumer.privateDns', 'otherRegions'];

/** The IAM actions that the resources need in one region of the account. */
export function actionsNeeded(
  account: AwsAccount,
  region: string,
  { declared, controllers }: { declared: Declared; controllers: readonly ControllerName[] },
): string[] {
  const features = askedFeatures(declaredIn(account, region, declared));
  if (!isConsumed(account, region, declared)) for (const feature of OF_CONSUMERS) features.delete(feature);
  const needed = permissions.filter(
    ({ feature, controller }) => features.has(feature) && controllers.includes(controller),
  );
  return [...new Set(needed.flatMap(({ actions }) => actions))];
}

/** What of the resources is about this place. */
function declaredIn(
  account: AwsAccount,
  region: string,
  { sets, endpoints, pools }: Declared,
): Omit<Declared, 'accounts'> {
  const isHere = placeTest(account, region);
  function chosen<T extends object>(all: T): T {
    const entries = Object.entries(all as Record<string, ScopeSelector | ScopeSelector[]>);
    const kept = entries.map(([name, some]) => [name, [some].flat().filter((each) => selects(each, account, region))]);
    return Object.fromEntries(kept.filter(([, some]) => (some?.length ?? 0) > 0)) as T;
  }
  const inSets = sets.map((set) => {
    const { http: _, ...discover } = set.spec.discover ?? {};
    const { networkPolicies: __, configMaps: ___, ...targets } = set.spec.targets ?? {};
    return { ...set, spec: { ...set.spec, targets: chosen(targets), discover: chosen(discover) } };
  });
  const inEndpoints = endpoints.map((endpoint) => {
    const { service, consumers } = endpoint.spec;
    const { provider, ...rest } = service;
    const here = { ...rest, ...(isHere(provider) && provider && { provider }) };
    return { ...endpoint, spec: { ...endpoint.spec, service: here, consumers: consumers.filter(isHere) } };
  });
  return {
    sets: inSets.filter(({ spec }) => Object.keys({ ...spec.targets, ...spec.discover }).length > 0),
    endpoints: inEndpoints.filter(({ spec }) => spec.service.provider || isConsumed(account, region, { endpoints })),
    pools: pools.filter(({ spec }) => isHere(spec.nodes.launchTemplate) || isHere(spec.aws?.cluster)),
  };
}

function isConsumed(account: AwsAccount, region: string, { endpoints }: Pick<Declared, 'endpoints'>): boolean {
  const isHere = placeTest(account, region);
  return endpoints.some(({ spec }) =>
    spec.consumers.some(
      (consumer) =>
        isHere(consumer) || consumer.dns?.account === account.metadata.name || consumer.dns?.sharedWith?.some(isHere),
    ),
  );
}

function placeTest(account: AwsAccount, region: string) {
  return (place: { account: string; region: string } | undefined) =>
    place?.account === account.metadata.name && place.region === region;
}
