import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type AuthorizeSecurityGroupIngressCommandInput,
  DeleteTagsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsEgressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { OWNER_TAG } from '../../../../src/api/marks.js';
import { type Point, pointsOf } from './points.js';
import { MemoryPrefixLists } from './prefix-lists.js';
import { pageOf, Refusal, type Tags, tagList, tagsOf } from './wire.js';

export interface MemoryRule {
  id: string;
  direction: string;
  /** `tcp/443` */
  port: string;
  /** A CIDR, or a prefix list's id. */
  peer: string;
  description: string;
  tags: Tags;
}

/** What EC2 tells rules apart by. */
type Essence = Pick<MemoryRule, 'direction' | 'port' | 'peer'>;

export interface MemoryGroup {
  id: string;
  tags: Tags;
  rules: MemoryRule[];
}

/** Security groups, with the rules of EC2: no rule twice, none over the quota, an operation whole or not at all. */
export class MemoryEc2 {
  readonly groups: MemoryGroup[];
  readonly prefixLists = new MemoryPrefixLists({
    referrers: (id) =>
      this.groups.filter(({ rules }) => rules.some(({ peer }) => peer === id)).map((group) => group.id),
    fits: () => this.groups.every(({ rules }) => this.#fits(rules)),
  });
  readonly #quota: number;
  #made = 0;

  constructor(groupIds: readonly string[], quota: number) {
    this.groups = groupIds.map((id) => ({ id, tags: {}, rules: [] }));
    this.#quota = quota;
  }

  /** `allOurs`: every rule bears our mark. */
  answer(command: object, allOurs = false): object {
    const answered = this.prefixLists.answer(command);
    if (answered) return answered;
    if (command instanceof DescribeSecurityGroupsCommand) {
      const { items, ...next } = pageOf(this.groups, command.input.NextToken);
      return { ...next, SecurityGroups: items.map(({ id, tags }) => ({ GroupId: id, Tags: tagList(tags) })) };
    }
    if (command instanceof DescribeSecurityGroupRulesCommand)
      return this.#describeRules(command.input.NextToken, allOurs);
    if (command instanceof AuthorizeSecurityGroupIngressCommand) return this.#authorize('Ingress', command.input);
    if (command instanceof AuthorizeSecurityGroupEgressCommand) return this.#authorize('Egress', command.input);
    if (
      command instanceof UpdateSecurityGroupRuleDescriptionsIngressCommand ||
      command instanceof UpdateSecurityGroupRuleDescriptionsEgressCommand
    ) {
      const direction = command instanceof UpdateSecurityGroupRuleDescriptionsIngressCommand ? 'Ingress' : 'Egress';
      const group = this.group(command.input.GroupId);
      for (const rule of rulesIn(direction, command.input.IpPermissions)) {
        const there = this.find(group, rule);
        if (!there) throw new Refusal('InvalidPermission.NotFound');
        there.description = rule.description;
      }
      return {};
    }
    if (command instanceof RevokeSecurityGroupIngressCommand || command instanceof RevokeSecurityGroupEgressCommand) {
      const { GroupId, SecurityGroupRuleIds = [] } = command.input;
      const group = this.group(GroupId);
      const left = group.rules.filter(({ id }) => !SecurityGroupRuleIds.includes(id));
      if (left.length !== group.rules.length - SecurityGroupRuleIds.length) {
        throw new Refusal('InvalidSecurityGroupRuleId.NotFound');
      }
      group.rules = left;
      return {};
    }
    if (command instanceof DeleteTagsCommand) {
      for (const { rules } of this.groups) {
        for (const rule of rules) if (command.input.Resources?.includes(rule.id)) rule.tags = {};
      }
      return {};
    }
    throw new Refusal(`InvalidAction: ${command.constructor.name}`);
  }

  /** What gets in, and out, through a group. */
  covered({ rules }: MemoryGroup): Set<Point> {
    const cidrs = (peer: string) => (isList(peer) ? this.prefixLists.cidrsOf(peer) : [peer]);
    return new Set(rules.flatMap(({ direction, port, peer }) => pointsOf(direction, [port], cidrs(peer))));
  }

  find({ rules }: MemoryGroup, asked: Essence): MemoryRule | undefined {
    return rules.find((rule) => same(rule, asked));
  }

  /** By hand, so without tags. */
  makeByHand(group: MemoryGroup, rule: Essence): void {
    const { direction, port, peer } = rule;
    const made = { direction, port, peer, id: this.#newId(), description: '', tags: {} };
    if (!this.find(group, made) && this.#fits([...group.rules, made])) group.rules.push(made);
  }

  #authorize(direction: string, input: AuthorizeSecurityGroupIngressCommandInput): object {
    const group = this.group(input.GroupId);
    const tags = tagsOf(input.TagSpecifications?.[0]?.Tags);
    const rules = [...group.rules];
    for (const rule of rulesIn(direction, input.IpPermissions)) {
      if (rules.some((each) => same(each, rule))) throw new Refusal('InvalidPermission.Duplicate');
      rules.push({ ...rule, id: this.#newId(), tags: { ...tags } });
    }
    if (!this.#fits(rules)) throw new Refusal('RulesPerSecurityGroupLimitExceeded');
    group.rules = rules;
    return {};
  }

  #describeRules(token: string | undefined, allOurs: boolean): object {
    const rules = this.groups.flatMap((group) => group.rules.map((rule) => ({ group, rule })));
    const { items, ...next } = pageOf(rules, token);
    const SecurityGroupRules = items.map(({ group, rule: { id, direction, port, peer, description, tags } }) => {
      const [IpProtocol, number] = port.split('/');
      return {
        SecurityGroupRuleId: id,
        GroupId: group.id,
        IsEgress: direction === 'Egress',
        IpProtocol,
        FromPort: Number(number),
        ToPort: Number(number),
        ...peerOf(peer),
        Description: description,
        Tags: tagList(allOurs ? { [OWNER_TAG]: 'owner' } : tags),
      };
    });
    return { SecurityGroupRules, ...next };
  }

  group(id: string | undefined): MemoryGroup {
    const group = this.groups.find((each) => each.id === id);
    if (!group) throw new Refusal('InvalidGroup.NotFound');
    return group;
  }

  /** A rule that refers to a prefix list weighs as much as that may hold. */
  #fits(rules: readonly Essence[]): boolean {
    const weights = new Map<string, number>();
    for (const { direction, peer } of rules) {
      const list = this.prefixLists.lists.get(peer);
      const key = `${direction} ${list ? list.family === 'IPv6' : peer.includes(':')}`;
      weights.set(key, (weights.get(key) ?? 0) + (list?.size ?? 1));
    }
    return [...weights.values()].every((weight) => weight <= this.#quota);
  }

  #newId(): string {
    return `sgr-${++this.#made}`;
  }
}

export function isOurs({ tags }: Pick<MemoryRule, 'tags'>): boolean {
  return OWNER_TAG in tags;
}

type Asked = Omit<MemoryRule, 'id' | 'tags'>;

function rulesIn(direction: string, permissions: readonly IpPermission[] = []): Asked[] {
  return permissions.flatMap(({ IpProtocol, FromPort, IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] }) => {
    const ranges = [
      ...IpRanges.map(({ CidrIp, Description }) => ({ peer: CidrIp, Description })),
      ...Ipv6Ranges.map(({ CidrIpv6, Description }) => ({ peer: CidrIpv6, Description })),
      ...PrefixListIds.map(({ PrefixListId, Description }) => ({ peer: PrefixListId, Description })),
    ];
    const port = `${IpProtocol}/${FromPort}`;
    return ranges.map(({ peer = '', Description: description = '' }) => ({ direction, port, peer, description }));
  });
}

function isList(peer: string): boolean {
  return peer.startsWith('pl-');
}

function peerOf(peer: string): object {
  if (isList(peer)) return { PrefixListId: peer };
  return peer.includes(':') ? { CidrIpv6: peer } : { CidrIpv4: peer };
}

function same(a: Essence, b: Essence): boolean {
  return a.direction === b.direction && a.port === b.port && a.peer === b.peer;
}
