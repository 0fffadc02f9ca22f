import {
  DeleteManagedPrefixListCommand,
  DescribeManagedPrefixListsCommand,
  type EC2Client,
  EC2ServiceException,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
} from '@aws-sdk/client-ec2';

export interface SeenPrefixList {
  id: string;
  arn: string;
  state: string;
  size: number;
  version: number;
  tags: Record<string, string>;
  /** `203.0.113.0/24 Berlin` */
  entries: string[];
}

/** The customer-managed prefix lists that one account sees in one region, and what people do there by hand. */
export class PrefixLists {
  readonly #ec2: EC2Client;

  constructor(ec2: EC2Client) {
    this.#ec2 = ec2;
  }

  async names(): Promise<string[]> {
    const { PrefixLists = [] } = await this.#ec2.send(new DescribeManagedPrefixListsCommand({}));
    return PrefixLists.filter(({ OwnerId }) => OwnerId !== 'AWS')
      .map(({ PrefixListName = '' }) => PrefixListName)
      .sort();
  }

  /** Undefined where there is none of that name, or none any more. */
  async see(name: string): Promise<SeenPrefixList | undefined> {
    try {
      return await this.#read(name);
    } catch (error) {
      if (error instanceof EC2ServiceException && error.name === 'InvalidPrefixListID.NotFound') return undefined;
      throw error;
    }
  }

  async #read(name: string): Promise<SeenPrefixList | undefined> {
    const Filters = [{ Name: 'prefix-list-name', Values: [name] }];
    const { PrefixLists: [list] = [] } = await this.#ec2.send(new DescribeManagedPrefixListsCommand({ Filters }));
    if (!list) return undefined;
    const { PrefixListId = '' } = list;
    const entries: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, NextToken }));
      for (const { Cidr, Description } of page.Entries ?? [])
        entries.push([Cidr, Description].filter(Boolean).join(' '));
      NextToken = page.NextToken;
    } while (NextToken);
    return {
      id: PrefixListId,
      arn: list.PrefixListArn ?? '',
      state: list.State ?? '',
      size: list.MaxEntries ?? 0,
      version: list.Version ?? 0,
      tags: Object.fromEntries((list.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      entries: entries.sort(),
    };
  }

  async add(name: string, Cidr: string): Promise<void> {
    const { id: PrefixListId, version: CurrentVersion } = await this.#known(name);
    const AddEntries = [{ Cidr }];
    await this.#ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, CurrentVersion, AddEntries }));
  }

  async remove(name: string): Promise<void> {
    const { id: PrefixListId } = await this.#known(name);
    await this.#ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }));
  }

  async #known(name: string): Promise<SeenPrefixList> {
    const found = await this.see(name);
    if (!found) throw new Error(`there is no prefix list ${name}`);
    return found;
  }
}
