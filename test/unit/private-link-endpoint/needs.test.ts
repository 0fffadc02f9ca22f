import { expect, it } from '@jest/globals';
import { needsOf } from '../../../src/private-link-endpoint/needs.js';
import { resource, runners, serviceName } from './world.js';

const place = { account: 'team-a', region: 'eu-west-1' };
const other = 'com.amazonaws.vpce.eu-west-1.vpce-svc-0';

it('gathers what all resources need to know of a place', () => {
  const ids = { securityGroups: { ids: ['sg-1'] }, vpc: { tags: { a: 'b' } } };
  const needs = needsOf([
    resource({ status: { service: { id: 'vpce-svc-1', name: serviceName } } }),
    resource({ spec: { service: { name: other }, consumers: [{ ...runners, ...ids }] } }),
  ]);
  const nothing = { loadBalancerTags: false };
  expect(needs(place)).toEqual({ ...nothing, services: [other, serviceName], vpcs: true, groups: true });
  expect(needs({ ...place, region: 'us-east-1' })).toEqual({ ...nothing, services: [], vpcs: false, groups: false });
});

it('asks for no more than is needed', () => {
  const consumers = [{ ...runners, securityGroups: { ids: ['sg-1'] } }];
  expect(needsOf([resource({ spec: { consumers } })])(place)).toMatchObject({
    services: [],
    vpcs: false,
    groups: false,
  });
});
