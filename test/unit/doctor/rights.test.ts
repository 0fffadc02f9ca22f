import { expect, it } from '@jest/globals';
import type { RunnerPool } from '../../../src/api/runner-pool.gen.js';
import type { InstallFacts } from '../../../src/doctor/cluster/operator.js';
import { type Attributes, attributesText } from '../../../src/doctor/cluster/reviews.js';
import { observeRights } from '../../../src/doctor/cluster/rights.js';
import { declaredFor, enabledControllers } from '../../../src/doctor/controllers.js';
import type { KubeClient } from '../../../src/kube/client.js';
import { controllerNames } from '../../../src/operator/controller-names.js';
import { cidrSet, declared } from './build.js';

const metadata = { namespace: 'ci', name: 'sallyport' };
const lease = { apiVersion: 'v1', kind: 'Lease', metadata, spec: { holderIdentity: 'sallyport' } };

function install(controllers?: string): InstallFacts {
  const env = controllers ? [{ name: 'SALLYPORT_CONTROLLERS', value: controllers }] : [];
  return {
    lease,
    pod: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { serviceAccountName: 'sallyport', containers: [{ env }] } },
  };
}

const target = { namespace: 'apps', name: 'office', direction: 'Ingress' as const };
const pool = {
  metadata: { namespace: 'jobs', name: 'small' },
  spec: { nodes: { provisioner: 'Karpenter' }, gitlab: {} },
} as unknown as RunnerPool;
const resources = declared({
  sets: [cidrSet({ networkPolicies: [target, { ...target, name: 'other' }] })],
  pools: [pool],
});

/** What the API server is asked about the service account, of whom. */
async function asked(facts: InstallFacts) {
  const questions: { user: string; groups: string[]; resourceAttributes: Attributes }[] = [];
  const client = {
    async create(_: unknown, { spec }: { spec: (typeof questions)[number] }) {
      questions.push(spec);
      return { status: { allowed: spec.resourceAttributes.verb !== 'watch' } };
    },
  } as unknown as KubeClient;
  const rights = await observeRights(client, facts, resources, new AbortController().signal);
  return { rights, questions };
}

it('asks about the service account as the API server knows it', async () => {
  const { questions, rights } = await asked(install());
  expect(questions[0]).toMatchObject({
    user: 'system:serviceaccount:ci:sallyport',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:ci', 'system:authenticated'],
  });
  expect(rights?.serviceAccount).toBe('ci/sallyport');
  expect(rights?.denied.map(attributesText)).toEqual([
    'watch awsaccounts.sallyport.dev',
    'watch cidrsets.sallyport.dev',
    'watch privatelinkendpoints.sallyport.dev',
    'watch runnerpools.sallyport.dev',
  ]);
});

it('asks only what the resources need of the controllers that run, where they need it', async () => {
  const texts = async (facts: InstallFacts) =>
    (await asked(facts)).questions.map((each) => attributesText(each.resourceAttributes));
  const all = await texts(install());
  expect(all.filter((text) => text.includes('networkpolicies'))).toEqual([
    'create networkpolicies.networking.k8s.io in apps',
  ]);
  expect(all).toContain('create rolebindings.rbac.authorization.k8s.io in jobs');
  expect(all).toContain('patch nodepools.karpenter.sh');
  expect(all.some((text) => text.includes('deployments'))).toBe(false);
  const pools = await texts(install('aws-account, runner-pool'));
  expect(pools.some((text) => text.includes('networkpolicies'))).toBe(false);
  expect(pools).toContain('patch nodepools.karpenter.sh');
});

it('a pod that is not to be seen leaves the question open', async () => {
  expect((await asked({ lease })).rights).toBeUndefined();
  expect(enabledControllers([{ lease }])).toEqual(controllerNames);
});

it('what a controller does that is off here, is no business of this cluster', () => {
  const controllers = enabledControllers([install('runner-pool')]);
  expect(controllers).toEqual(['runner-pool']);
  expect(declaredFor(controllers, resources)).toMatchObject({ sets: [], pools: [pool] });
  expect(declaredFor(['cidr-set'], resources).pools).toEqual([]);
});
