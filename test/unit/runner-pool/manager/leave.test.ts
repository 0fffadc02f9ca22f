import { expect, it } from '@jest/globals';
import type { OwnedOperation } from '../../../../src/kube/owned/plan.js';
import { configMaps, deployments } from '../../../../src/kube/owned/resources.js';
import type { Resource } from '../../../../src/kube/resource.js';
import { leaveOrder } from '../../../../src/runner-pool/manager/leave.js';
import { roles } from '../../../../src/runner-pool/manager/objects.js';

function removal(resource: Resource): OwnedOperation {
  const ref = { namespace: 'ci', name: 'builders-manager' };
  return { action: 'Delete', seen: { resource, ref, written: false, contested: false }, changed: [], repairs: false };
}

it.each<[what: string, left: Resource[], running: number, now: Resource[]]>([
  ['the Deployment goes first', [deployments, configMaps, roles], 1, [deployments]],
  ['its pods need the rest until their last job is done', [configMaps, roles], 1, []],
  ['then the rest goes', [configMaps, roles], 0, [configMaps, roles]],
])('%s', (_what, left, running, now) => {
  expect(leaveOrder(left.map(removal), running).map(({ seen }) => seen.resource)).toEqual(now);
});
