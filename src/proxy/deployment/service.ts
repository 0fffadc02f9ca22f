import type { V1ServiceSpec } from '@kubernetes/client-node';
import { STATUS_PORT } from '../proxy.js';
import type { ProxySpec } from './objects.js';

const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-';
/** AWS's most for TCP listeners: who packs a layer for long says nothing meanwhile. Those for TLS have 350. */
const IDLE_SECONDS = 6000;

export function serviceSpec({ port, loadBalancer }: ProxySpec, selector: Record<string, string>): V1ServiceSpec {
  return {
    type: 'LoadBalancer',
    loadBalancerClass: loadBalancer.class,
    // The load balancer goes to the pods themselves.
    allocateLoadBalancerNodePorts: false,
    selector,
    ports: [{ name: 'https', protocol: 'TCP', port, targetPort: 'https' }],
  };
}

/** @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/ */
export function serviceAnnotations({ port, certificate, loadBalancer }: ProxySpec): Record<string, string> {
  const listener = certificate.arn
    ? { 'ssl-cert': certificate.arn, 'ssl-ports': `${port}` }
    : { [`listener-attributes.TCP-${port}`]: `tcp.idle_timeout.seconds=${IDLE_SECONDS}` };
  const own = {
    scheme: 'internal',
    'nlb-target-type': 'ip',
    // A zone may have no pod, and endpoints in it all the same.
    attributes: 'load_balancing.cross_zone.enabled=true',
    'healthcheck-protocol': 'http',
    'healthcheck-port': `${STATUS_PORT}`,
    'healthcheck-path': '/healthz',
    ...listener,
  };
  const named = Object.entries(own).map(([name, value]) => [`${PREFIX}${name}`, value]);
  return { ...Object.fromEntries(named), ...loadBalancer.annotations };
}
