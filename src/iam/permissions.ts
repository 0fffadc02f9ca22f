import type { Permission } from './permission.js';
import { cidrSetPermissions } from './permissions/cidr-set.js';
import { privateLinkEndpointPermissions } from './permissions/private-link-endpoint.js';
import { runnerPoolPermissions } from './permissions/runner-pool.js';

/**
 * All that Sallyport asks of AWS in an account. `aws-account` needs none: sts:GetCallerIdentity is everybody's.
 * `proxy` and `interception` are in the cluster alone.
 */
export const permissions: readonly Permission[] = [
  ...cidrSetPermissions,
  ...privateLinkEndpointPermissions,
  ...runnerPoolPermissions,
];
