import { cut } from '../../cut.js';
import type { Request } from '../calls.js';
import type { ObservedLoadBalancer, ObservedService } from '../observed.js';
import type { Operation } from '../operation.js';
import type { ProviderWish } from '../wish.js';
import type { LoadBalancerChoice } from './load-balancer.js';
import { CONNECTED, type Op, type ServiceInput } from './service.js';

export function configure(
  service: ObservedService,
  choice: LoadBalancerChoice,
  input: ServiceInput,
  op: Op,
): Operation[] {
  const { provider, regions, accountIds, accountsKnown, reading } = input;
  const ServiceId = service.id;
  const change = (what: string, more: object): Operation =>
    op('~', what, 'ServiceChanged', {
      action: 'ModifyVpcEndpointServiceConfiguration',
      input: { ServiceId, ...more },
    });
  const planned: Operation[] = [];
  if (!service.acceptanceRequired) planned.push(change('acceptance required', { AcceptanceRequired: true }));

  const { privateDns } = provider.declared;
  if (privateDns && privateDns.name !== service.privateDns?.name) {
    planned.push(change(`private DNS name ${privateDns.name}`, { PrivateDnsName: privateDns.name }));
  } else if (!privateDns && service.privateDns) {
    planned.push(change(`no private DNS name ${service.privateDns.name}`, { RemovePrivateDnsName: true }));
  }

  const wanted = regionsWanted(provider, regions);
  const inUse = reading.connections
    .filter(({ serviceId, state }) => serviceId === service.id && CONNECTED.includes(state))
    .map(({ region }) => region);
  const AddSupportedRegions = wanted.filter((region) => !service.regions.includes(region));
  const RemoveSupportedRegions = service.regions.filter((each) => !wanted.includes(each) && !inUse.includes(each));
  if (AddSupportedRegions.length + RemoveSupportedRegions.length > 0) {
    planned.push(change(`regions ${wanted.join(', ')}`, { AddSupportedRegions, RemoveSupportedRegions }));
  }

  if (choice.ok) {
    const partition = choice.value.arn.split(':')[1] ?? 'aws';
    const principals = new Set([
      ...accountIds.map((id) => `arn:${partition}:iam::${id}:root`),
      ...(provider.declared.allowedPrincipals ?? []),
    ]);
    const AddAllowedPrincipals = [...principals].filter((each) => !service.principals.includes(each)).sort();
    const RemoveAllowedPrincipals = service.principals.filter((each) => accountsKnown && !principals.has(each));
    if (AddAllowedPrincipals.length + RemoveAllowedPrincipals.length > 0) {
      const signs = [
        ...AddAllowedPrincipals.map((each) => `+${each}`),
        ...RemoveAllowedPrincipals.map((each) => `-${each}`),
      ];
      const request: Request = {
        action: 'ModifyVpcEndpointServicePermissions',
        input: { ServiceId, AddAllowedPrincipals, RemoveAllowedPrincipals },
      };
      planned.push(op('~', `allowed principals ${cut(signs, 5)}`, 'PrincipalsChanged', request));
    }
    // AWS takes none out while endpoints are connected: then the new one gets a service of its own.
    if (inUse.length > 0) return planned;
    const arn = choice.value.arn;
    const RemoveNetworkLoadBalancerArns = service.loadBalancerArns.filter((each) => each !== arn);
    const AddNetworkLoadBalancerArns = service.loadBalancerArns.includes(arn) ? [] : [arn];
    if (AddNetworkLoadBalancerArns.length + RemoveNetworkLoadBalancerArns.length > 0) {
      const more = { AddNetworkLoadBalancerArns, RemoveNetworkLoadBalancerArns };
      const name = `load balancer ${choice.value.name}`;
      planned.push({ ...change(name, more), lane: `load balancer ${provider.account}/${provider.region}` });
    }
  }
  return planned;
}

export function regionsWanted(provider: ProviderWish, regions: readonly string[]): string[] {
  return [...new Set([provider.region, ...regions])].sort();
}

export function balancerOperations(balancer: ObservedLoadBalancer, { provider }: ServiceInput, op: Op) {
  const { enforceSecurityGroups: wanted } = provider.declared;
  const { arn, name, enforces, groupIds } = balancer;
  if (wanted === undefined || wanted === enforces) return { operations: [], problems: [] };
  if (enforces === undefined) {
    const message = `${name} has no security groups, so enforceSecurityGroups means nothing: take it out, or make the load balancer anew with groups`;
    return { operations: [], problems: [{ reason: 'NoSecurityGroups', message }] };
  }
  const request: Request = {
    action: 'SetSecurityGroups',
    input: {
      LoadBalancerArn: arn,
      SecurityGroups: [...groupIds],
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: wanted ? 'on' : 'off',
    },
  };
  const what = `security groups of ${name} ${wanted ? 'applied' : 'not applied'} to PrivateLink`;
  return { operations: [op('~', what, 'LoadBalancerChanged', request, 'load balancer')], problems: [] };
}
