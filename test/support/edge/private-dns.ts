import { randomBytes } from 'node:crypto';
import { DescribeVpcAttributeCommand } from '@aws-sdk/client-ec2';
import type { Actions } from './call.js';
import { ec2Answer, invalidParameter } from './ec2-wire.js';
import type { Place } from './endpoint-interfaces.js';
import { ownService, proofKey, serviceNameOf } from './endpoint-service.js';
import type { PrivateLinkWorld } from './private-link.js';

export type PrivateDnsState = 'pendingVerification' | 'verified' | 'failed';

/** The private DNS name of a service. https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html */
export interface PrivateDns {
  readonly name: string;
  state: PrivateDnsState;
  /** The proof of ownership that the public zone must hold. */
  readonly txtName: string;
  readonly txtValue: string;
}

export function privateDnsOf(name: string): PrivateDns {
  const [txtName, txtValue] = [`_${randomBytes(10).toString('hex')}`, randomBytes(15).toString('base64')];
  return { name, state: 'pendingVerification', txtName, txtValue: `vpce:${txtValue.replace(/\W/g, 'x')}` };
}

export function privateDnsActions(world: PrivateLinkWorld): Actions {
  const { hostedZones, settling } = world;
  return {
    /**
     * AWS looks for the record in public DNS, where it may go without its own name.
     * https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartVpcEndpointServicePrivateDnsVerification.html
     */
    StartVpcEndpointServicePrivateDnsVerification: async (call) => {
      const { id, privateDns } = ownService(world, call);
      if (!privateDns) throw invalidParameter(`The service ${id} has no private DNS name`);
      privateDns.state = 'pendingVerification';
      await settling.begin(proofKey(id), (ok) => {
        const proven = domainsAbove(privateDns.name).some((domain) =>
          [`${privateDns.txtName}.${domain}`, domain].some((name) =>
            hostedZones.publicTxt(name).includes(`"${privateDns.txtValue}"`),
          ),
        );
        privateDns.state = ok && proven ? 'verified' : 'failed';
      });
      return ec2Answer(call, { return: true });
    },
  };
}

/**
 * Whether the name of the service may lead to the endpoint in its VPC.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html, PrivateDnsEnabled
 */
export async function checkPrivateDns(world: PrivateLinkWorld, place: Place, endpointId?: string): Promise<void> {
  const { ownerId, region, vpcId, service } = place;
  const { name, state } = service.privateDns ?? {};
  if (!name || state !== 'verified') {
    const cause = `the service ${serviceNameOf(service)} does not provide a private DNS name`;
    throw invalidParameter(`Private DNS can't be enabled because ${cause}.`);
  }
  const [hostnames, support] = await Promise.all(
    (['enableDnsHostnames', 'enableDnsSupport'] as const).map((Attribute) =>
      world.ec2(ownerId, region).send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute })),
    ),
  );
  if (!hostnames?.EnableDnsHostnames?.Value || !support?.EnableDnsSupport?.Value) {
    const needs = 'both enableDnsSupport and enableDnsHostnames VPC attributes set to true';
    throw invalidParameter(`Enabling private DNS requires ${needs} for ${vpcId}`);
  }
  const other = [...world.endpoints.values()].some(
    (each) =>
      each.id !== endpointId &&
      each.vpcId === vpcId &&
      each.privateDnsEnabled &&
      each.state !== 'deleted' &&
      each.service.privateDns?.name === name,
  );
  if (other || world.hostedZones.privateZoneOf(vpcId, name)) {
    const conflict = `there is already a conflicting DNS domain for ${name} in the VPC ${vpcId}`;
    throw invalidParameter(`private-dns-enabled cannot be set because ${conflict}`);
  }
}

/** The name itself and its parents: `gitlab.example.com`, `example.com`. */
function domainsAbove(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}
