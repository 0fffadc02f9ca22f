import {
  CreateManagedPrefixListCommand,
  type CreateManagedPrefixListCommandInput,
  CreateTagsCommand,
  DeleteManagedPrefixListCommand,
  DeleteTagsCommand,
  DescribeManagedPrefixListsCommand,
  type DescribeManagedPrefixListsCommandInput,
  type Filter,
  GetManagedPrefixListAssociationsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  type ModifyManagedPrefixListCommandInput,
} from '@aws-sdk/client-ec2';
import { pageOf, Refusal, type Tags, tagList, tagsOf } from './wire.js';

interface Entry {
  Cidr: string;
  Description: string | undefined;
}

export interface MemoryList {
  id: string;
  name: string;
  family: 'IPv4' | 'IPv6';
  tags: Tags;
  /** `create-in-progress` until a read has seen it so. */
  state: string;
  /** What a rule that refers to it weighs. */
  size: number;
  versions: Entry[][];
}

/** Managed prefix lists, with EC2's rules for them: versions, states, and an operation whole or not at all. */
export class MemoryPrefixLists {
  readonly lists = new Map<string, MemoryList>();
  #made = 0;
  readonly #referrers: (id: string) => string[];
  readonly #fits: () => boolean;

  /** `referrers`: ids of groups; `fits`: whether all groups are within their quota. */
  constructor(world: { referrers: (id: string) => string[]; fits: () => boolean }) {
    this.#referrers = world.referrers;
    this.#fits = world.fits;
  }

  /** Undefined where the command is none of its own. */
  answer(command: object): object | undefined {
    if (command instanceof CreateManagedPrefixListCommand) return this.#create(command.input);
    if (command instanceof DescribeManagedPrefixListsCommand) return this.#describe(command.input);
    if (command instanceof GetManagedPrefixListEntriesCommand) {
      const { PrefixListId, NextToken, TargetVersion } = command.input;
      const { versions } = this.#list(PrefixListId);
      const { items, ...next } = pageOf(versions[(TargetVersion ?? versions.length) - 1] ?? [], NextToken);
      return { Entries: items, ...next };
    }
    if (command instanceof ModifyManagedPrefixListCommand) return this.#modify(command.input);
    if (command instanceof DeleteManagedPrefixListCommand) {
      const list = this.#list(command.input.PrefixListId);
      if (list.state.endsWith('in-progress')) throw new Refusal('IncorrectState');
      // AWS says so only afterwards, by a state.
      if (this.#referrers(list.id).length > 0) throw new Refusal('DependencyViolation');
      this.lists.delete(list.id);
      return {};
    }
    if (command instanceof GetManagedPrefixListAssociationsCommand) {
      const { PrefixListId = '', NextToken } = command.input;
      const { items, ...next } = pageOf(this.#referrers(PrefixListId), NextToken);
      return { PrefixListAssociations: items.map((ResourceId) => ({ ResourceId })), ...next };
    }
    if (command instanceof CreateTagsCommand || command instanceof DeleteTagsCommand) {
      const { Resources = [], Tags = [] } = command.input;
      const lists = Resources.flatMap((id) => this.lists.get(id) ?? []);
      for (const list of lists) {
        if (command instanceof CreateTagsCommand) Object.assign(list.tags, tagsOf(Tags));
        else for (const { Key = '' } of Tags) delete list.tags[Key];
      }
      return lists.length > 0 ? {} : undefined;
    }
    return undefined;
  }

  cidrsOf(id: string): string[] {
    return (
      this.lists
        .get(id)
        ?.versions.at(-1)
        ?.map(({ Cidr }) => Cidr) ?? []
    );
  }

  #create(input: CreateManagedPrefixListCommandInput): object {
    const { PrefixListName = '', AddressFamily, MaxEntries = 0, Entries = [], TagSpecifications } = input;
    if (Entries.length > MaxEntries || MaxEntries < 1) throw new Refusal('PrefixListMaxEntriesExceeded');
    const list: MemoryList = {
      id: `pl-${++this.#made}`,
      name: PrefixListName,
      family: AddressFamily === 'IPv6' ? 'IPv6' : 'IPv4',
      tags: tagsOf(TagSpecifications?.[0]?.Tags),
      state: 'create-in-progress',
      size: MaxEntries,
      versions: [Entries.map(({ Cidr = '', Description }) => ({ Cidr, Description }))],
    };
    this.lists.set(list.id, list);
    return { PrefixList: wireOf(list) };
  }

  #describe({ PrefixListIds, Filters = [], NextToken }: DescribeManagedPrefixListsCommandInput): object {
    const lists = [...this.lists.values()].filter(
      (list) => (PrefixListIds?.includes(list.id) ?? true) && Filters.every((filter) => matches(list, filter)),
    );
    const { items, ...next } = pageOf(lists, NextToken);
    const PrefixLists = items.map(wireOf);
    for (const list of items) list.state = list.state.replace('in-progress', 'complete');
    return { PrefixLists, ...next };
  }

  #modify(input: ModifyManagedPrefixListCommandInput): object {
    const { PrefixListId, CurrentVersion, AddEntries = [], RemoveEntries = [], MaxEntries } = input;
    const list = this.#list(PrefixListId);
    if (list.state.endsWith('in-progress')) throw new Refusal('IncorrectState');
    if (MaxEntries === undefined && CurrentVersion !== list.versions.length) {
      throw new Refusal('PrefixListVersionMismatch');
    }
    const entries = new Map(list.versions.at(-1)?.map((entry) => [entry.Cidr, entry]));
    for (const { Cidr = '' } of RemoveEntries) {
      if (!entries.delete(Cidr)) throw new Refusal('InvalidPrefixListModification');
    }
    for (const { Cidr = '', Description } of AddEntries) entries.set(Cidr, { Cidr, Description });
    const size = MaxEntries ?? list.size;
    if (entries.size > size) throw new Refusal('PrefixListMaxEntriesExceeded');
    const before = list.size;
    list.size = size;
    if (!this.#fits()) {
      list.size = before;
      // AWS says so only afterwards, by a state.
      throw new Refusal('no room in a group that refers to it');
    }
    if (MaxEntries === undefined) list.versions.push([...entries.values()]);
    list.state = 'modify-in-progress';
    return { PrefixList: wireOf(list) };
  }

  #list(id: string | undefined): MemoryList {
    const list = this.lists.get(id ?? '');
    if (!list) throw new Refusal('InvalidPrefixListID.NotFound');
    return list;
  }
}

const OWNER_ID = '111111111111';

function wireOf({ id, name, family, tags, state, size, versions }: MemoryList): object {
  return {
    PrefixListId: id,
    PrefixListArn: `arn:aws:ec2:eu-west-1:${OWNER_ID}:prefix-list/${id}`,
    PrefixListName: name,
    AddressFamily: family,
    OwnerId: OWNER_ID,
    State: state,
    MaxEntries: size,
    Version: versions.length,
    Tags: tagList(tags),
  };
}

function matches({ id, name, tags }: MemoryList, { Name = '', Values = [] }: Filter) {
  const tag = Name.startsWith('tag:') ? tags[Name.slice(4)] : undefined;
  const fields: Record<string, string | undefined> = {
    'owner-id': OWNER_ID,
    'prefix-list-id': id,
    'prefix-list-name': name,
  };
  const value = Name === 'tag-key' ? Object.keys(tags).find((key) => Values.includes(key)) : (fields[Name] ?? tag);
  return value !== undefined && Values.includes(value);
}
