import { randomBytes } from 'node:crypto';
import { DescribeSecurityGroupsCommand, type EC2Client, type SecurityGroup } from '@aws-sdk/client-ec2';
import { type Actions, type Answer, type EdgeCall, Refusal } from './call.js';
import { askedTags, ec2Answer, matchesFilters, strings, structures } from './ec2-wire.js';
import { arnOf, awsPrefixLists, type PrefixList, wireOf } from './prefix-list.js';
import { changedEntries, checkEntries, checkSize, entriesOf } from './prefix-list-entries.js';
import { type Quotas, RULES_PER_GROUP } from './quotas.js';
import type { ResourceShares } from './ram.js';
import { fits, rulesOf, type Weight } from './rules.js';
import type { Settling } from './settling.js';

/** What prefix lists need to know of the rest of an account. */
interface World {
  ec2: (accountId: string, region: string) => EC2Client;
  quotas: Quotas;
  shares: ResourceShares;
  settling: Settling;
}

/**
 * Managed prefix lists, all of them: moto's have no size, no states and no checks, and its answers are of one moment.
 * https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/work-with-cust-managed-prefix-lists.html
 */
export class PrefixLists {
  readonly #world: World;
  readonly #lists = new Map<string, PrefixList>();
  readonly #tokens = new Map<string, { asked: string; id: string }>();
  /** Groups, with their account, that were once made to refer to a list. */
  readonly #referrers = new Map<string, Map<string, string>>();

  constructor(world: World) {
    this.#world = world;
  }

  empty(): void {
    this.#lists.clear();
    this.#tokens.clear();
    this.#referrers.clear();
  }

  /** What a rule that refers to it counts for. */
  readonly weightOf = (id: string): Weight => {
    const list = this.#lists.get(id);
    return { IPv4: 0, IPv6: 0, ...(list && { [list.family]: list.weight }) };
  };

  /** A rule may refer to a list that its account sees. That one must have been made first isn't documented. */
  checkUsable(id: string, call: EdgeCall): void {
    const list = this.#seen(id, call);
    if (/^(create|delete)-in-progress$/.test(list.state)) throw incorrectState(list);
  }

  refer(id: string, groupId: string, accountId: string): void {
    this.#referrers.set(id, (this.#referrers.get(id) ?? new Map()).set(groupId, accountId));
  }

  /** A list's own tags, or undefined where the account owns no such list. */
  tagsOf(id: string, accountId: string): Map<string, string> | undefined {
    const list = this.#lists.get(id);
    return list?.ownerId === accountId ? list.tags : undefined;
  }

  readonly actions: Actions = {
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html */
    CreateManagedPrefixList: async (call) => {
      const { params, accountId, region } = call;
      const token = `${accountId} ${region} ${params.get('ClientToken')}`;
      const earlier = this.#tokens.get(token);
      if (earlier && earlier.asked !== `${params}`) {
        throw new Refusal(400, 'IdempotentParameterMismatch', 'The request uses the same client token as another one');
      }
      const again = earlier && this.#lists.get(earlier.id);
      if (again) return this.#answer(call, again);

      const family = params.get('AddressFamily') === 'IPv6' ? 'IPv6' : 'IPv4';
      const name = params.get('PrefixListName') ?? '';
      const weight = Number(params.get('MaxEntries'));
      const entries = entriesOf(structures(params, 'Entry'));
      if (name.startsWith('com.amazonaws')) throw invalid('The prefix list name cannot start with com.amazonaws');
      checkSize(weight, entries.length);
      checkEntries(entries, family);
      const list: PrefixList = {
        id: `pl-0${randomBytes(8).toString('hex')}`,
        ownerId: accountId,
        region,
        family,
        tags: askedTags(params),
        name,
        state: 'create-in-progress',
        weight,
        versions: [entries],
      };
      this.#lists.set(list.id, list);
      this.#tokens.set(token, { asked: `${params}`, id: list.id });
      const answer = this.#answer(call, list);
      await this.#settle(list.id, 'create', () => undefined);
      return answer;
    },

    /**
     * The filters that are documented, and tags, which work as well. AWS's own lists come too.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
     */
    DescribeManagedPrefixLists: async (call) => {
      const ids = strings(call.params, 'PrefixListId');
      const wanted = ids.length > 0 ? ids.map((id) => this.#seen(id, call)) : this.#allSeen(call);
      const found = wanted.filter(({ id, name, ownerId, tags }) =>
        matchesFilters(call.params, {
          values: { 'owner-id': ownerId, 'prefix-list-id': id, 'prefix-list-name': name },
          tags: ownerId === call.accountId ? tags : new Map(),
        }),
      );
      const answer = ec2Answer(call, { prefixListSet: found.map((list) => wireOf(list, call.accountId)) });
      for (const { id } of found) await this.#world.settling.seen(id);
      return answer;
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html */
    GetManagedPrefixListEntries: (call) => {
      const { versions } = this.#seen(call.params.get('PrefixListId') ?? '', call);
      const version = Number(call.params.get('TargetVersion') ?? versions.length);
      const entries = versions[version - 1];
      if (!entries) throw invalid(`The prefix list has no version ${version}`);
      return ec2Answer(call, { entrySet: entries.map(({ cidr, description }) => ({ cidr, description })) });
    },

    /**
     * A change is checked at once, but seen only when it is complete.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
     */
    ModifyManagedPrefixList: async (call) => {
      const { params } = call;
      const list = this.#own(call);
      this.#checkSettled(list);
      const current = list.versions.at(-1) ?? [];
      const entries = changedEntries(list, params);
      const size = params.get('MaxEntries');
      if (entries && size) {
        const message =
          'You cannot modify the entries and the maximum entries for the prefix list in the same request.';
        throw new Refusal(400, 'InvalidParameterCombination', message);
      }
      if (size) checkSize(Number(size), current.length);
      list.name = params.get('PrefixListName') ?? list.name;
      list.state = 'modify-in-progress';
      const answer = this.#answer(call, list);
      await this.#settle(list.id, 'modify', () => {
        if (entries) list.versions.push(entries);
        return size ? this.#resize(list, Number(size)) : undefined;
      });
      return answer;
    },

    /**
     * One that is referred to turns `delete-failed`.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html
     * https://github.com/hashicorp/terraform-provider-aws/issues/20991
     */
    DeleteManagedPrefixList: async (call) => {
      const list = this.#own(call);
      this.#checkSettled(list);
      list.state = 'delete-in-progress';
      const answer = this.#answer(call, list);
      await this.#settle(list.id, 'delete', async () => {
        const groups = await this.#groupsReferringTo(list);
        if (groups.length > 0)
          return `The prefix list is in use by ${groups.map(([{ GroupId }]) => GroupId).join(', ')}`;
        this.#lists.delete(list.id);
      });
      return answer;
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListAssociations.html */
    GetManagedPrefixListAssociations: async (call) => {
      const groups = await this.#groupsReferringTo(this.#own(call));
      return ec2Answer(call, {
        prefixListAssociationSet: groups.map(([{ GroupId }, resourceOwner]) => ({
          resourceId: GroupId,
          resourceOwner,
        })),
      });
    },
  };

  #answer(call: EdgeCall, list: PrefixList): Answer {
    return ec2Answer(call, { prefixList: wireOf(list, call.accountId) });
  }

  #allSeen({ accountId, region }: EdgeCall): PrefixList[] {
    const ours = [...this.#lists.values()].filter(
      (list) =>
        list.region === region &&
        (list.ownerId === accountId || this.#world.shares.sharedWith(accountId).has(arnOf(list))),
    );
    for (const list of awsPrefixLists(region)) if (!this.#lists.has(list.id)) this.#lists.set(list.id, list);
    return [...awsPrefixLists(region), ...ours];
  }

  #seen(id: string, call: EdgeCall): PrefixList {
    const list = this.#allSeen(call).find((each) => each.id === id);
    if (list) return list;
    throw new Refusal(400, 'InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
  }

  /** The error for someone else's isn't documented. */
  #own(call: EdgeCall): PrefixList {
    const list = this.#seen(call.params.get('PrefixListId') ?? '', call);
    if (list.ownerId === call.accountId) return list;
    throw new Refusal(403, 'UnauthorizedOperation', `You do not own the prefix list ${list.id}`);
  }

  #checkSettled(list: PrefixList): void {
    if (list.state.endsWith('-in-progress')) throw incorrectState(list);
  }

  /** `end` tells why it failed, or undefined. */
  async #settle(
    id: string,
    change: string,
    end: () => string | undefined | Promise<string | undefined>,
  ): Promise<void> {
    await this.#world.settling.begin(id, async (ok) => {
      const list = this.#lists.get(id);
      if (!list) return;
      const failure = ok ? await end() : 'An internal error occurred';
      list.state = failure ? `${change}-failed` : `${change}-complete`;
      delete list.stateMessage;
      if (failure) list.stateMessage = failure;
    });
  }

  /** Keeps the old size where a group that refers to it has no room for the new one. */
  async #resize(list: PrefixList, size: number): Promise<string | undefined> {
    const before = list.weight;
    list.weight = size;
    const full = (await this.#groupsReferringTo(list)).filter(
      ([group, accountId]) =>
        ![true, false].every((egress) =>
          fits(rulesOf(group, egress, this.weightOf), this.#world.quotas.of(accountId, RULES_PER_GROUP)),
        ),
    );
    if (full.length === 0 || size <= before) return undefined;
    list.weight = before;
    const ids = full.slice(0, 10).map(([{ GroupId }]) => GroupId);
    return `The following resources do not support the new maximum size: ${ids.join(', ')}`;
  }

  /** With the account of each. */
  async #groupsReferringTo({ id, region }: PrefixList): Promise<[SecurityGroup, accountId: string][]> {
    const referrers = [...(this.#referrers.get(id) ?? [])];
    const found: [SecurityGroup, string][] = [];
    for (const accountId of new Set(referrers.map(([, account]) => account))) {
      const Values = referrers.flatMap(([groupId, account]) => (account === accountId ? [groupId] : []));
      const Filters = [{ Name: 'group-id', Values }];
      const { SecurityGroups = [] } = await this.#world
        .ec2(accountId, region)
        .send(new DescribeSecurityGroupsCommand({ Filters }));
      for (const group of SecurityGroups) {
        const permissions = [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])];
        if (
          permissions.some(({ PrefixListIds = [] }) => PrefixListIds.some(({ PrefixListId }) => PrefixListId === id))
        ) {
          found.push([group, accountId]);
        }
      }
    }
    return found;
  }
}

function incorrectState({ id, state }: PrefixList): Refusal {
  const message = `The request cannot be completed while the prefix list (${id}) is in the current state (${state}).`;
  return new Refusal(400, 'IncorrectState', message);
}

function invalid(message: string): Refusal {
  return new Refusal(400, 'InvalidParameterValue', message);
}
