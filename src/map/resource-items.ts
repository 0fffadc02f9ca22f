import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { plural } from '../plural.js';
import type { ConsumerItem, EndpointItem, Fact, PoolItem } from './data.js';
import { endpointId, placeId, poolId } from './ids.js';

export function poolItem({ metadata, spec, status }: RunnerPool): PoolItem {
  const { isolation, aws, nodes, gitlab, endpointRef, network } = spec;
  const { namespace = '', name } = metadata;
  return {
    id: poolId(metadata),
    name: `${namespace}/${name}`,
    ...(endpointRef && { endpoint: `endpoint/${namespace}/${endpointRef.name}` }),
    facts: facts({
      mode: spec.mode === 'Plan' && 'Plan: nothing is written',
      role: aws ? `${aws.roleArn} by ${aws.credentials}` : 'none',
      isolation: `${isolation.type}${isolation.privileged ? ', privileged' : ''}`,
      nodes: `${nodes.os} by ${nodes.provisioner}`,
      runs: gitlab && `${plural(gitlab.concurrency, 'job')} at once of ${gitlab.url}`,
      'may reach': [
        ...(network.allow ?? []).map(({ set, ports = [] }) => [set, ...ports].join(' ')),
        network.apiServer && 'the API server',
        network.nodes && 'nodes',
      ]
        .filter(Boolean)
        .join(', '),
      proven: status?.jobs?.proven,
    }),
  };
}

export function endpointItem({ metadata, spec, status }: PrivateLinkEndpoint): EndpointItem {
  const { provider } = spec.service;
  const { service, interception, proxy } = status ?? {};
  const id = endpointId(metadata);
  return {
    id,
    name: `${metadata.namespace}/${metadata.name}`,
    hosts: spec.hosts.map((host) => ({
      public: host.public,
      ...(host.private && { private: host.private }),
      ...(host.registry && { registry: true }),
    })),
    facts: facts({
      mode: spec.mode === 'Plan' && 'Plan: nothing is written',
      service: sentence(service?.name ?? spec.service.name, provider && `in ${provider.account} / ${provider.region}`),
      'load balancer': service?.loadBalancer ?? provider?.loadBalancer.arn,
      interception:
        spec.interception &&
        [interception?.mode ?? spec.interception.mode, interception?.why].filter(Boolean).join(': '),
      names: interception?.hosts && `${interception.hosts} lead to it`,
      proxy: spec.proxy && sentence(proxy?.replicas ?? spec.proxy.replicas, 'replicas'),
    }),
    consumers: spec.consumers.map((consumer): ConsumerItem => {
      const { name, account, region, vpc, securityGroups } = consumer;
      const seen = status?.consumers?.find((each) => each.name === name);
      return {
        id: `${id}/${name}`.replace('endpoint', 'consumer'),
        place: placeId({ account, region }),
        where: `${account} / ${region}`,
        name,
        state: seen?.reason ?? 'not made yet',
        facts: [vpc.id, seen?.endpointId].filter((text) => text !== undefined),
        allows: securityGroups.allowFrom ?? [],
      };
    }),
  };
}

function facts(all: Record<string, string | false | undefined>): Fact[] {
  return Object.entries(all).flatMap(([term, text]) => (text ? [{ term, text }] : []));
}

function sentence(...words: (string | number | false | undefined)[]): string {
  return words.filter((word) => word !== undefined && word !== false).join(' ');
}
