import type { V1ValidatingAdmissionPolicySpec } from '@kubernetes/client-node';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { Desired } from '../../kube/owned/part.js';
import { objectKey, type Resource } from '../../kube/resource.js';
import { POOL_KEY, poolId } from '../pool.js';
import { jobsName } from './names.js';

const admission = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false };

export const admissionPolicies: Resource = {
  ...admission,
  plural: 'validatingadmissionpolicies',
  kind: 'ValidatingAdmissionPolicy',
};

export const admissionPolicyBindings: Resource = {
  ...admission,
  plural: 'validatingadmissionpolicybindings',
  kind: 'ValidatingAdmissionPolicyBinding',
};

export const hostAccessKinds: readonly Resource[] = [admissionPolicies, admissionPolicyBindings];

/** With `hostAccess: Refuse`, what refuses pods by which a job would get past its NetworkPolicy or its role. */
export function hostAccessObjects(pool: RunnerPool): Desired[] {
  if (pool.spec.hostAccess !== 'Refuse') return [];
  // The two kinds have no namespaces, so that the name has it.
  const metadata = { name: `${poolId(pool)}.host-access` };
  return [
    { resource: admissionPolicies, metadata, fields: { spec: policySpec(pool) } },
    {
      resource: admissionPolicyBindings,
      metadata,
      fields: { spec: { policyName: metadata.name, validationActions: ['Deny'] } },
    },
  ];
}

/** Refused for all pods of the namespace, since who makes one chooses its labels. */
const HOST_ACCESS = [
  { field: 'hostNetwork', what: 'the network' },
  { field: 'hostPID', what: 'the process ids' },
  { field: 'hostIPC', what: 'the IPC' },
].map(({ field, what }) => ({ expression: `!object.spec.?${field}.orValue(false)`, field, what }));

const NO_HOST_PATH = `object.spec.?volumes.orValue([]).all(volume, !has(volume.hostPath))`;

function policySpec(pool: RunnerPool): V1ValidatingAdmissionPolicySpec {
  const who = `RunnerPool ${objectKey(pool.metadata)} refuses`;
  const { namespace } = pool.metadata;
  const jobs = jobsName(pool);
  return {
    failurePolicy: 'Fail',
    matchConstraints: {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace ?? '' } },
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
    validations: [
      ...HOST_ACCESS.map(({ expression, field, what }) => ({
        expression,
        message: `${who} pods that have ${what} of their node; leave out ${field}`,
      })),
      { expression: NO_HOST_PATH, message: `${who} pods that have folders of their node; leave out hostPath` },
      {
        expression: `object.metadata.?labels['${POOL_KEY}'].orValue('') != '${poolId(pool)}' || object.spec.?serviceAccountName.orValue('') == '${jobs}'`,
        message: `${who} jobs with another service account than theirs; write serviceAccountName: ${jobs}`,
      },
    ],
  };
}
