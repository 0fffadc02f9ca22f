import { DescribeAvailabilityZonesCommand, type EC2Client } from '@aws-sdk/client-ec2';

/**
 * A zone's id is the same for everyone, its name is each account's own.
 * https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
 */
export interface Zone {
  readonly id: string;
  readonly name: string;
}

/** An account's zones of a region. */
export class Zones {
  readonly #ec2: (accountId: string, region: string) => EC2Client;
  readonly #known = new Map<string, Promise<readonly Zone[]>>();

  constructor(ec2: (accountId: string, region: string) => EC2Client) {
    this.#ec2 = ec2;
  }

  of(accountId: string, region: string): Promise<readonly Zone[]> {
    const key = `${accountId} ${region}`;
    const known = this.#known.get(key) ?? this.#read(accountId, region);
    this.#known.set(key, known);
    return known;
  }

  async #read(accountId: string, region: string): Promise<readonly Zone[]> {
    const { AvailabilityZones = [] } = await this.#ec2(accountId, region).send(
      new DescribeAvailabilityZonesCommand({}),
    );
    return AvailabilityZones.map(({ ZoneId = '', ZoneName = '' }) => ({ id: ZoneId, name: ZoneName }));
  }
}
