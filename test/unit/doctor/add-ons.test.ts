import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { type AddOnFacts, addOnFindings, KARPENTER_VERSION } from '../../../src/doctor/add-ons.js';
import { versionsFindings } from '../../../src/doctor/versions.js';
import { told } from './build.js';

const karpenter: AddOnFacts = {
  name: 'Karpenter',
  install: 'https://karpenter.sh',
  neededBy: ['ci/builders', 'ci/small'],
  missingKinds: [],
  deployment: { key: 'kube-system/karpenter', available: 2, version: '1.14.1' },
};
const { deployment: _, ...withoutDeployment } = karpenter;

it.each<[string, AddOnFacts[], string]>([
  ['none', [], 'ok: no resource needs another program in the cluster'],
  ['that runs', [karpenter], 'ok: Karpenter 1.14.1 runs'],
  ['whose version is not told', [{ ...karpenter, deployment: { key: 'a/b', available: 1 } }], 'ok: Karpenter runs'],
  [
    'of another release',
    [{ ...karpenter, deployment: { key: 'a/b', available: 1, version: '1.9.0' } }],
    'note: Karpenter 1.9.0 runs; RunnerPools are written for 1.14, and may tell wrongly which nodes a change replaces',
  ],
  [
    'whose pods are down',
    [{ ...karpenter, deployment: { key: 'a/b', available: 0 } }],
    'failure: ci/builders and 1 more need Karpenter, and no pod of a/b is available',
  ],
  [
    'that is elsewhere',
    [withoutDeployment],
    'warning: ci/builders and 1 more need Karpenter, and no Deployment here has its label; it may run elsewhere',
  ],
  [
    'that is missing',
    [{ ...withoutDeployment, neededBy: ['ci/builders'], missingKinds: ['nodepools.karpenter.sh/v1'] }],
    "failure: ci/builders needs Karpenter, and the cluster doesn't serve nodepools.karpenter.sh/v1",
  ],
])('an add-on %s', (_name, facts, finding) => {
  expect(told(addOnFindings(facts))).toEqual([finding]);
});

it('the Karpenter that RunnerPools are written for is the one that they are tested with', async () => {
  const modules = await readFile('tools/go/karpenter/go.mod', 'utf8');
  expect(modules).toContain(`karpenter-provider-aws v${KARPENTER_VERSION}.`);
});

it.each([
  ['v20.19.0', ['0.1.0'], ['ok: sallyport 0.1.0 on Node 20.19.0']],
  ['v24.1.0', [], ['ok: sallyport 0.1.0 on Node 24.1.0']],
  ['v20.18.3', [], ['warning: sallyport 0.1.0 is made for Node 20.19 or later, and this is v20.18.3']],
  [
    'v24.1.0',
    ['0.2.0', '0.2.0'],
    [
      'ok: sallyport 0.1.0 on Node 24.1.0',
      'note: the operator is 0.2.0 and this is 0.1.0: what they know of CRDs and permissions may differ',
    ],
  ],
])('Node %s, operators %j', (node, operators, findings) => {
  expect(told(versionsFindings({ cli: '0.1.0', node, operators }))).toEqual(findings);
});
