import { expect, it } from '@jest/globals';
import type { Operation } from '../../../src/private-link-endpoint/operation.js';
import { Resting } from '../../../src/private-link-endpoint/resting.js';
import { endpoint, lines, planOf } from './world.js';

const spare = { ...endpoint, id: 'vpce-0', serviceName: 'old', dns: [{ name: 'vpce-0' }] };
const removal = '- DeleteVpcEndpoints endpoint vpce-0 of runners';

function planned(endpoints: (typeof endpoint)[]): Operation[] {
  return planOf({ vpc: { endpoints } }).operations;
}

it('keeps an endpoint that no name leads to any more for as long as resolvers may know it', () => {
  const resting = new Resting(100);
  const due = (now: number, operations = planned([endpoint, spare])) =>
    lines(resting.due('ci/gitlab', operations, now));
  expect(lines(planned([endpoint, spare]))).toEqual([removal]);
  expect([due(0), due(99), due(100)]).toEqual([[], [], [removal]]);
  // A name led to it again for a while: it begins anew.
  expect([due(110, planned([endpoint])), due(120), due(219), due(220)]).toEqual([[], [], [], [removal]]);
});

it('keeps none that has the private DNS name, which AWS gives to one endpoint of a VPC', () => {
  const operations = planned([endpoint, { ...spare, privateDnsEnabled: true }]);
  expect(lines(new Resting(100).due('ci/gitlab', operations, 0))).toEqual([removal]);
});

it('keeps nothing else waiting', () => {
  const { operations } = planOf({ zones: [] });
  expect(new Resting(100).due('ci/gitlab', operations, 0)).toEqual(operations);
});
