/**
 * What can be switched off, so that each cluster runs what is its own: the one where AWS is kept, and those where jobs run.
 * `private-link-endpoint` is AWS' side of that kind; `proxy` and `interception` are what is in the cluster.
 */
export const controllerNames = [
  'aws-account',
  'cidr-set',
  'private-link-endpoint',
  'proxy',
  'interception',
  'runner-pool',
] as const;

export type ControllerName = (typeof controllerNames)[number];
