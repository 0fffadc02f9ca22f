import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { OLDEST_MINOR, versionFindings } from '../../../src/doctor/cluster/api-server.js';
import { type Crd, crdFindings, observeCrds } from '../../../src/doctor/cluster/crds.js';
import { ageText, installFindings, runningVersions } from '../../../src/doctor/cluster/operator.js';
import { tagOf } from '../../../src/doctor/image.js';
import type { KubeClient } from '../../../src/kube/client.js';
import { told } from './build.js';

it.each([
  ['v1.36.3', 'ok: Kubernetes 1.36.3 is supported (1.31 to 1.36)'],
  ['v1.31.0', 'ok: Kubernetes 1.31.0 is supported (1.31 to 1.36)'],
  ['v1.33.4-eks-99bf93d', 'ok: Kubernetes 1.33.4 is supported (1.31 to 1.36)'],
  ['v1.30.9', "failure: Kubernetes 1.30.9 doesn't take the CRDs, whose rules call functions that 1.31 brought"],
  ['v1.37.0', 'note: Kubernetes 1.37.0 is newer than 1.36, which Sallyport is tested with'],
  ['unknown', 'unchecked: the API server says of its version only unknown'],
])('Kubernetes %s', (gitVersion, finding) => {
  expect(told(versionFindings({ gitVersion }))).toEqual([finding]);
});

it('the CRDs call what makes their oldest Kubernetes', async () => {
  expect(OLDEST_MINOR).toBe(31);
  expect(await readFile('crds/cidrsets.yaml', 'utf8')).toContain('isCIDR(');
});

/** The CRDs of this release, some of them changed. */
async function crds(change: (crd: Crd) => Crd | undefined) {
  const client = { get: async () => undefined } as unknown as KubeClient;
  const facts = await observeCrds(client, new AbortController().signal);
  return facts.map(({ own }) => {
    const live = change(structuredClone(own));
    return { own, ...(live && { live }) };
  });
}

interface Fields {
  [field: string]: { description?: string; maximum?: number; type?: string };
}

/** Fields of an AwsAccount's spec. */
function changed(change: (fields: Fields) => void) {
  return crds((crd) => {
    if (crd.metadata.name === 'awsaccounts.sallyport.dev') {
      const [version] = crd.spec.versions as unknown as [
        { schema: { openAPIV3Schema: { properties: { spec: { properties: Fields } } } } },
      ];
      change(version.schema.openAPIV3Schema.properties.spec.properties);
    }
    return crd;
  });
}

const name = 'awsaccounts.sallyport.dev';
const isNot = `warning: the CRD ${name} is not this release's: it differs at`;

it.each<[string, ReturnType<typeof crds>, string[]]>([
  ['as they are', crds((crd) => crd), ['ok: all 4 CRDs are those of this release']],
  [
    'with what the API server adds',
    crds((crd) => ({ ...crd, spec: { ...crd.spec, conversion: { strategy: 'None' } } })),
    ['ok: all 4 CRDs are those of this release'],
  ],
  ['none', crds(() => undefined), ['note: Sallyport is not installed here: none of its CRDs is there']],
  [
    'one missing',
    crds((crd) => (crd.metadata.name === name ? undefined : crd)),
    [`failure: the CRD ${name} is missing`],
  ],
  [
    'older',
    changed((fields) => delete fields.externalId),
    [
      `failure: the CRD ${name} is older than this release: it lacks spec.externalId, which the API server takes out of what you write`,
    ],
  ],
  [
    'newer',
    changed((fields) => Object.assign(fields, { partition: { type: 'string' } })),
    [`warning: the CRD ${name} is newer than this release, which knows nothing of spec.partition`],
  ],
  [
    'changed',
    changed((fields) => Object.assign(fields.rulesPerSecurityGroup ?? {}, { maximum: 60 })),
    [`${isNot} spec.rulesPerSecurityGroup.maximum`],
  ],
  [
    'both older and newer',
    changed((fields) => {
      delete fields.externalId;
      fields.partition = { type: 'string' };
    }),
    [`${isNot} spec.externalId and 1 more`],
  ],
])('CRDs: %s', async (_name, facts, findings) => {
  expect(told(crdFindings(await facts))).toEqual(findings);
});

const now = Date.parse('2026-01-01T00:10:00Z');
const lease = (spec: object) => ({
  lease: { apiVersion: 'v1', kind: 'Lease', metadata: { namespace: 'ci', name: 'sallyport' }, spec },
});
const leads = { holderIdentity: 'sallyport-a', acquireTime: '2025-12-20T00:10:00Z', leaseDurationSeconds: 15 };

it.each([
  ['none', [], 'note: no operator has run here yet: there is no Lease sallyport'],
  ['held', [lease({ ...leads, renewTime: '2026-01-01T00:09:55Z' })], 'ok: sallyport-a in ci leads, since 12 d'],
  ['let go', [lease({ ...leads, holderIdentity: '' })], 'failure: no operator runs in ci: nobody holds its Lease'],
  [
    'not renewed',
    [lease({ ...leads, renewTime: '2026-01-01T00:05:00Z' })],
    "failure: sallyport-a holds the Lease in ci and has not renewed it for 5 min: it is gone, or can't reach the API server",
  ],
])('the Lease: %s', (_name, installs, finding) => {
  expect(told(installFindings(installs, now))).toEqual([finding]);
});

it.each([
  [5, '5 s'],
  [-2, '0 s'],
  [600, '10 min'],
  [10_000, '3 h'],
  [1_036_800, '12 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(ageText(seconds)).toBe(text);
});

it.each([
  ['ghcr.io/example/sallyport:0.1.0', '0.1.0'],
  ['localhost:5000/sallyport:v0.1.0@sha256:0a', '0.1.0'],
  ['localhost:5000/sallyport', undefined],
  ['sallyport@sha256:0a', undefined],
])('the tag of %s', (image, tag) => {
  expect(tagOf(image)).toBe(tag);
});

it('an operator whose pod is not to be seen has no version', () => {
  expect(runningVersions([lease(leads)])).toEqual([]);
});
