import { randomBytes } from 'node:crypto';
import { type Actions, Refusal } from './call.js';
import { ec2Answer, matchesFilters, strings } from './ec2-wire.js';
import { type EndpointService, ownService } from './endpoint-service.js';
import type { PrivateLinkWorld } from './private-link.js';

const PRINCIPAL = /^(\*|arn:aws:iam::\d{12}:(root|user\/.+|role\/.+))$/;

/** Who may use a service. */
export function permissionActions(world: PrivateLinkWorld): Actions {
  return {
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServicePermissions.html */
    DescribeVpcEndpointServicePermissions: (call) => {
      const service = ownService(world, call);
      const permissions = [...service.principals].map((permission) => permissionWire(service, permission));
      const found = permissions.filter(({ principal, principalType }) =>
        matchesFilters(call.params, { values: { principal, 'principal-type': principalType }, tags: new Map() }),
      );
      return ec2Answer(call, { allowedPrincipals: found });
    },

    /**
     * Endpoints that exist stay. The error for what is no principal isn't documented.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html
     */
    ModifyVpcEndpointServicePermissions: (call) => {
      const service = ownService(world, call);
      const added = strings(call.params, 'AddAllowedPrincipals');
      const wrong = added.find((principal) => !PRINCIPAL.test(principal));
      if (wrong) throw new Refusal(400, 'InvalidPrincipal', `Invalid Principal: '${wrong}'`);
      const made = added
        .filter((principal) => !service.principals.has(principal))
        .map((principal): [string, string] => [principal, `vpce-svc-perm-0${randomBytes(8).toString('hex')}`]);
      for (const [principal, id] of made) service.principals.set(principal, id);
      for (const principal of strings(call.params, 'RemoveAllowedPrincipals')) service.principals.delete(principal);
      const addedPrincipalSet = made.map((permission) => permissionWire(service, permission));
      return ec2Answer(call, { addedPrincipalSet, return: true });
    },
  };
}

/** A user or role is allowed: here, all of its account are. */
export function isAllowed({ principals }: EndpointService, accountId: string): boolean {
  return [...principals.keys()].some((principal) => principal === '*' || principal.split(':')[4] === accountId);
}

function permissionWire({ id }: EndpointService, [principal, servicePermissionId]: [string, string]) {
  const [, type = 'All'] = /:(root|user|role)/.exec(principal) ?? [];
  const principalType = { All: 'All', root: 'Account', user: 'User', role: 'Role' }[type];
  return { principal, principalType, servicePermissionId, serviceId: id };
}
