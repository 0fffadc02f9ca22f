import type { Reading } from '../../aws/places.js';
import { cut } from '../../cut.js';
import { isMarked, type Tags } from '../names.js';
import type { ObservedLoadBalancer } from '../observed.js';
import { type Hindrance, waiting } from '../operation.js';
import type { Provider } from '../wish.js';

export type LoadBalancerChoice = { ok: true; value: ObservedLoadBalancer } | { ok: false; problem: Hindrance };

/** `shown`: what the Kubernetes Service shows as its address; '' while it shows none. */
export function chooseLoadBalancer(
  { arn, tags, kubernetesService: service }: Provider['loadBalancer'],
  balancers: readonly ObservedLoadBalancer[],
  shown?: Reading<string>,
): LoadBalancerChoice {
  if (shown && !shown.ok) return shown;
  const host = shown?.value ?? '';
  if (service && !host) {
    return { ok: false, problem: waiting('NoLoadBalancer', `Service ${service} has no load balancer yet`) };
  }
  const how = arn ?? (service ? `the address ${host} of Service ${service}` : tagsText(tags ?? {}));
  const found = balancers.filter((each) => {
    if (arn) return each.arn === arn;
    return service ? each.dnsName.toLowerCase() === host.toLowerCase() : isMarked(each.tags, tags ?? {});
  });
  const [balancer, ...more] = found;
  if (balancer && more.length === 0) return { ok: true, value: balancer };
  const names = cut(
    found.map(({ name }) => name),
    5,
  );
  const problem = balancer
    ? {
        reason: 'ManyLoadBalancers',
        message: `${found.length} network load balancers have ${how}: ${names}; name one by its ARN`,
      }
    : { reason: 'NoLoadBalancer', message: `no network load balancer has ${how}` };
  return { ok: false, problem };
}

/** `the tags app=gitlab, tier=edge` */
export function tagsText(tags: Tags): string {
  const each = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return `the tags ${each.join(', ')}`;
}
