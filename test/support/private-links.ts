import {
  AcceptVpcEndpointConnectionsCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  DeleteVpcEndpointServiceConfigurationsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  ModifyVpcEndpointServicePermissionsCommand,
  RejectVpcEndpointConnectionsCommand,
} from '@aws-sdk/client-ec2';
import { ListHostedZonesCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import type { PrivateLinkEndpointSpec } from '../../src/api/private-link-endpoint.gen.js';
import { makePrivateLinkCompany, type PrivateLinkCompany } from './aws/private-link.js';
import { awsAccount, cidrSet, type Manifest, privateLinkEndpoint } from './cluster.js';
import { companyAccounts } from './company.js';
import type { Ground } from './ground.js';

/** The tags of the consumers' VPCs and subnets. */
export const runners = { role: 'runners' };
/** Who is let in to the endpoints. */
export const runnersSet = cidrSet('runners', ['10.1.0.0/16'], {
  targets: { taggedSecurityGroups: { allowedPorts: ['tcp/443'] } },
});
/** One name. */
export const gitlabHost = [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }];
const hosts = [...gitlabHost, { public: 'registry.example.com', private: 'registry.privatelink.example.com' }];

const places = {
  shared: { name: 'shared', account: 'shared', region: 'eu-west-1' },
  teamA: { name: 'team-a', account: 'team-a', region: 'eu-west-1' },
  teamB: { name: 'team-b', account: 'team-b', region: 'us-east-1' },
};
export type Place = keyof typeof places;

/** The company's PrivateLinkEndpoint `gitlab`, and what the install `owner` has in AWS. */
export class PrivateLinks {
  readonly #ground: Ground;
  readonly company: PrivateLinkCompany;

  private constructor(ground: Ground, company: PrivateLinkCompany) {
    this.#ground = ground;
    this.company = company;
  }

  /** Makes the company's networks, and its accounts known to the cluster. */
  static async make(ground: Ground): Promise<PrivateLinks> {
    const company = await makePrivateLinkCompany(ground.edge);
    const regions = ['eu-west-1', 'us-east-1'];
    await ground.apply(...companyAccounts.map(({ name }) => awsAccount(name, { regions })));
    return new PrivateLinks(ground, company);
  }

  /** Two names, from all three consumers. */
  gitlab(more: object = {}): Manifest {
    return privateLinkEndpoint('gitlab', {
      zone: 'privatelink.example.com',
      hosts,
      service: { provider: this.provider() },
      consumers: [this.consumer('shared'), this.consumer('teamA'), this.consumer('teamB')],
      ...more,
    });
  }

  provider(more: object = {}) {
    const loadBalancer = { arn: this.company.provider.loadBalancer.arn };
    return { account: 'shared', region: 'eu-west-1', loadBalancer, ...more };
  }

  consumer(place: Place, more: object = {}) {
    return {
      ...places[place],
      vpc: { id: this.company.consumers[place].vpcId },
      subnets: { tags: runners },
      securityGroups: { allowFrom: [{ set: 'runners', ports: ['tcp/443'] }] },
      ...more,
    } satisfies Partial<PrivateLinkEndpointSpec['consumers'][number]>;
  }

  /** A hand in a consumer's account and region. */
  ec2(place: Place): EC2Client {
    const { accountId, region } = this.company.consumers[place];
    return this.#ground.edge.clientFor(accountId, region);
  }

  route53(place: Place): Route53Client {
    const { accountId } = this.company.consumers[place];
    return this.#ground.edge.client(Route53Client, accountId, 'us-east-1');
  }

  /** An endpoint service that others have made, and run by hand. */
  async othersService(loadBalancerArn = this.company.provider.loadBalancer.arn) {
    const owner = this.#ground.edge.clientFor('111111111111', 'eu-west-1');
    const { ServiceConfiguration } = await owner.send(
      new CreateVpcEndpointServiceConfigurationCommand({
        NetworkLoadBalancerArns: [loadBalancerArn],
        AcceptanceRequired: true,
      }),
    );
    const { ServiceId = '', ServiceName: name = '' } = ServiceConfiguration ?? {};
    await owner.send(new DescribeVpcEndpointServiceConfigurationsCommand({}));
    return {
      id: ServiceId,
      name,
      async allowTeamA(): Promise<void> {
        const AddAllowedPrincipals = ['arn:aws:iam::222222222222:root'];
        await owner.send(new ModifyVpcEndpointServicePermissionsCommand({ ServiceId, AddAllowedPrincipals }));
      },
      async accept(endpointId: string): Promise<void> {
        await owner.send(new AcceptVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds: [endpointId] }));
      },
      async reject(endpointId: string): Promise<void> {
        await owner.send(new RejectVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds: [endpointId] }));
      },
      /** Resolves to why it could not be, if it couldn't. */
      async delete(): Promise<object[]> {
        const command = new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId] });
        return (await owner.send(command)).Unsuccessful ?? [];
      },
    };
  }

  async status() {
    return (await this.#ground.endpoint('gitlab')).status;
  }

  /** All that the install has in AWS, a line each. */
  async holdings(): Promise<string[]> {
    const Filters = [{ Name: 'tag:sallyport.dev/owner', Values: ['owner'] }];
    const found: string[] = [];
    for (const { accountId, name } of companyAccounts) {
      for (const region of ['eu-west-1', 'us-east-1']) {
        const ec2 = this.#ground.edge.clientFor(accountId, region);
        const [services, endpoints, groups] = await Promise.all([
          ec2.send(new DescribeVpcEndpointServiceConfigurationsCommand({ Filters })),
          ec2.send(new DescribeVpcEndpointsCommand({ Filters })),
          ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
        ]);
        found.push(
          ...(services.ServiceConfigurations ?? []).map(
            ({ ServiceState }) => `${name} ${region} service ${ServiceState}`,
          ),
          ...(endpoints.VpcEndpoints ?? []).map(
            (each) => `${name} ${region} endpoint ${each.State} ${each.SubnetIds?.length}`,
          ),
          ...(groups.SecurityGroups ?? []).map(() => `${name} ${region} group`),
        );
      }
      const route53 = this.#ground.edge.client(Route53Client, accountId, 'us-east-1');
      const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}));
      for (const { Id, Name } of HostedZones.filter(({ Config }) => Config?.PrivateZone)) {
        const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }));
        found.push(`${name} zone ${Name} ${ResourceRecordSets.length}`);
      }
    }
    return found;
  }
}
