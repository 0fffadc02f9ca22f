import { DescribeAddressesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { type Actions, type Answer, type EdgeCall, Refusal, xml } from './call.js';
import { matchesFilters, strings } from './ec2-wire.js';
import { itemsOf } from './pages.js';

export type NatGatewayState = 'pending' | 'failed' | 'available' | 'deleting' | 'deleted';

/**
 * NAT gateways are moto's; states other than its own, and further addresses, are kept here: moto's are available at
 * once, deleted at once, and have one address. Deleting takes until a test says that it is over.
 */
export class NatGateways {
  readonly #ec2: (accountId: string, region: string) => EC2Client;
  readonly #states = new Map<string, NatGatewayState>();
  /** As items on the wire, by gateway. */
  readonly #addresses = new Map<string, string[]>();

  constructor(ec2: (accountId: string, region: string) => EC2Client) {
    this.#ec2 = ec2;
  }

  setState(natGatewayId: string, state: NatGatewayState): void {
    this.#states.set(natGatewayId, state);
  }

  empty(): void {
    this.#states.clear();
    this.#addresses.clear();
  }

  readonly actions: Actions = {
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html */
    CreateNatGateway: async (call, forward) => {
      const answer = await forward();
      const id = textOf(answer.body, 'natGatewayId');
      await this.#associate(call, id, strings(call.params, 'SecondaryAllocationId'));
      return { ...answer, body: answer.body.replace(/<natGatewayAddressSet>/, `$&${this.#addressItems(id)}`) };
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html */
    AssociateNatGatewayAddress: async (call) => {
      const id = call.params.get('NatGatewayId') ?? '';
      await this.#associate(call, id, strings(call.params, 'AllocationId'));
      const set = `<natGatewayId>${id}</natGatewayId><natGatewayAddressSet>${this.#addressItems(id)}</natGatewayAddressSet>`;
      return xml(200, `<${call.action}Response>${set}</${call.action}Response>`);
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html */
    DeleteNatGateway: async (call, forward) => {
      const answer = await forward();
      if (answer.status === 200) this.setState(call.params.get('NatGatewayId') ?? '', 'deleting');
      return answer;
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
    DescribeNatGateways: async (call, forward) => {
      const unfiltered = new URLSearchParams([...call.params].filter(([name]) => !name.startsWith('Filter.')));
      const answer = await forward(unfiltered);
      if (answer.status !== 200) return answer;
      const items = itemsOf(answer.body, 'natGatewaySet').map((item) => this.#completed(item));
      return natGatewaySet(items.filter((item) => matchesFilters(call.params, filterableOf(item))));
    },
  };

  async #associate(call: EdgeCall, natGatewayId: string, AllocationIds: string[]): Promise<void> {
    if (AllocationIds.length === 0) return;
    const ec2 = this.#ec2(call.accountId, call.region);
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ AllocationIds }));
    if (Addresses.length < AllocationIds.length) {
      throw new Refusal(400, 'InvalidAllocationID.NotFound', `The allocation IDs ${AllocationIds} do not exist`);
    }
    const items = Addresses.map(
      ({ AllocationId, PublicIp }) =>
        `<item><allocationId>${AllocationId}</allocationId><publicIp>${PublicIp}</publicIp>` +
        '<isPrimary>false</isPrimary><status>succeeded</status></item>',
    );
    this.#addresses.set(natGatewayId, [...(this.#addresses.get(natGatewayId) ?? []), ...items]);
  }

  #addressItems(natGatewayId: string): string {
    return (this.#addresses.get(natGatewayId) ?? []).join('');
  }

  /** With what moto leaves out. */
  #completed(item: string): string {
    const id = textOf(item, 'natGatewayId');
    const state = this.#states.get(id) ?? textOf(item, 'state');
    const type = item.includes('<connectivityType>') ? '' : '<connectivityType>public</connectivityType>';
    return item
      .replace(/<state>\w+/, `<state>${state}`)
      .replace(/<\/item>\s*<\/natGatewayAddressSet>/, '<isPrimary>true</isPrimary><status>succeeded</status>$&')
      .replace('</natGatewayAddressSet>', `${this.#addressItems(id)}$&${type}`);
  }
}

function natGatewaySet(items: string[]): Answer {
  const set = `<natGatewaySet>${items.join('')}</natGatewaySet>`;
  return xml(200, `<DescribeNatGatewaysResponse>${set}</DescribeNatGatewaysResponse>`);
}

function filterableOf(item: string) {
  const tags = itemsOf(item, 'tagSet').map((tag): [string, string] => [textOf(tag, 'key'), textOf(tag, 'value')]);
  return {
    values: {
      'nat-gateway-id': textOf(item, 'natGatewayId'),
      state: textOf(item, 'state'),
      'subnet-id': textOf(item, 'subnetId'),
      'vpc-id': textOf(item, 'vpcId'),
    },
    tags: new Map(tags),
  };
}

function textOf(body: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)`).exec(body)?.[1] ?? '';
}
