import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';

/** What the CRD's CEL rules say of a PrivateLinkEndpoint's choices: with none, or two, something else would be planned for. */
export function choiceProblems({ spec: { zone, hosts, service, consumers, proxy } }: PrivateLinkEndpoint): string[] {
  const hasNames = hosts.some((host) => host.private);
  return [
    ...(hasNames && !zone ? ['spec.zone: is missing; write the domain that the private names are in'] : []),
    ...oneOf('spec.service', service, ['name', 'provider']),
    ...(service.provider
      ? oneOf('spec.service.provider.loadBalancer', service.provider.loadBalancer, ['arn', 'tags', 'kubernetesService'])
      : []),
    ...(proxy ? oneOf('spec.proxy.certificate', proxy.certificate, ['secretName', 'arn']) : []),
    ...(proxy && !proxy.upstream && !hosts.every((host) => host.upstream)
      ? ['spec.proxy: has no upstream, and neither have all hosts; write where the proxy finds them']
      : []),
    ...consumers.flatMap(({ vpc, subnets, securityGroups }, i) => [
      ...oneOf(`spec.consumers[${i}].vpc`, vpc, ['id', 'tags']),
      ...oneOf(`spec.consumers[${i}].subnets`, subnets, ['ids', 'tags']),
      ...oneOf(`spec.consumers[${i}].securityGroups`, securityGroups, ['ids', 'allowFrom']),
    ]),
  ];
}

function oneOf(path: string, object: object, fields: readonly string[]): string[] {
  const written = fields.filter((field) => field in object);
  return written.length === 1 ? [] : [`${path}: write ${fields.join(', or ')}, and just one of them`];
}
