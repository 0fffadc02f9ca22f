import ipaddr from 'ipaddr.js';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Finding } from '../kube/conditions.js';
import { type Answer, isAddresses, type Look } from './proof.js';

/** Whether the endpoints answer to all public names in all their VPCs: AWS has verified the name, all consumers use it. */
export function hasPrivateDns(object: PrivateLinkEndpoint): boolean {
  return object.spec.consumers.length > 0 && privateDnsFinding(object, []).status === 'True';
}

/**
 * What mode EndpointPrivateDNS tells. Where the resource declares no endpoints, this cluster's VPC has one by other
 * means, and what resolvers answer tells: `looks`.
 */
export function privateDnsFinding(object: PrivateLinkEndpoint, looks: readonly Look[]): Finding {
  const { spec, status } = object;
  const { provider } = spec.service;
  const publicNames = spec.hosts.map((host) => host.public);
  const name = provider?.privateDns?.name;
  const other = provider && publicNames.find((each) => each !== name);
  if (other) {
    return no(
      'NotPrivateDnsName',
      `endpoints answer to ${name ?? 'no name'}, not to ${other}; make that the service's privateDns.name, or give ${other} a service of its own`,
    );
  }
  const without = spec.consumers.filter(({ privateDns }) => !privateDns).map((consumer) => consumer.name);
  if (without.length > 0) {
    return no(
      'NoPrivateDns',
      `the endpoints of ${without.join(', ')} do not answer to it; write privateDns: true there`,
    );
  }
  const state = status?.service?.privateDnsState;
  if (provider && state !== 'verified') {
    return waiting(`AWS has not verified ${name} yet: ${state ?? 'the service is not there'}`);
  }
  const unready = status?.consumers?.find(({ ready }) => !ready);
  if (spec.consumers.length > 0) {
    if (unready || !status?.consumers) return waiting(`the endpoint of ${unready?.name ?? 'a consumer'} is not ready`);
    return yes(`the endpoints answer to ${publicNames.join(', ')}`);
  }
  return answersFinding(object, looks);
}

/** Whether every resolver says private addresses for all public names. */
export function answersFinding({ spec }: PrivateLinkEndpoint, looks: readonly Look[]): Finding {
  const names = spec.hosts.map((host) => host.public);
  if (looks.length === 0) return no('NoResolvers', "no pod of the cluster's DNS could be asked");
  for (const { pod, answers } of looks) {
    const open = names.find((name) => !isPrivate(answers[name]));
    if (open) {
      return no(
        'NotIntercepted',
        `${pod} says ${answers[open]} for ${open}, no private address; turn private DNS on for this VPC's endpoint`,
      );
    }
  }
  return yes(`all resolvers say private addresses for ${names.join(', ')}`);
}

function isPrivate(answer: Answer | undefined): boolean {
  const ranges = ['private', 'uniqueLocal', 'carrierGradeNat'];
  return isAddresses(answer) && (answer ?? '').split(', ').every((each) => ranges.includes(ipaddr.parse(each).range()));
}

function yes(message: string): Finding {
  return { status: 'True', reason: 'Verified', message };
}

function no(reason: string, message: string): Finding {
  return { status: 'False', reason, message };
}

function waiting(message: string): Finding {
  return { status: 'Unknown', reason: 'PrivateDnsPending', message };
}
