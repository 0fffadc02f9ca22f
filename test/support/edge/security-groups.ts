import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { type Action, type Actions, type Answer, Refusal, xml } from './call.js';
import { canonicalCidr } from './cidr.js';
import { itemsOf } from './pages.js';
import type { PrefixLists } from './prefix-lists.js';
import { type Quotas, RULES_PER_GROUP } from './quotas.js';
import {
  fits,
  identityOf,
  identityOfRule,
  type PeerKind,
  type Rule,
  rulesOf,
  type Weight,
  weightOfPeer,
} from './rules.js';

/** What rules need to know of the rest of an account. */
interface World {
  ec2: (accountId: string, region: string) => EC2Client;
  prefixLists: PrefixLists;
  quotas: Quotas;
}

const PEER = /^(IpPermissions\.\d+)\.\w+\.\d+\.(CidrIp|CidrIpv6|GroupId|PrefixListId)$/;

/** One call changes a group at a time: what was checked must still hold when it is carried out. */
const turns = new Map<string, Promise<unknown>>();

async function inTurn(group: string, work: () => Promise<Answer>): Promise<Answer> {
  const turn = (turns.get(group) ?? Promise.resolve()).then(work, work);
  turns.set(group, turn);
  return turn;
}

/**
 * All or nothing: moto adds what comes before a duplicate, answers with the last permission's rules only, keeps CIDRs
 * as they are written, and takes any description.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
function authorize({ ec2, prefixLists, quotas }: World, egress: boolean): Action {
  return (call, forward) => {
    const id = call.params.get('GroupId') ?? '';
    return inTurn(id, async () => {
      normalize(call.params);
      const lists = askedPeers(call.params).flatMap(({ kind, peer }) => (kind === 'PrefixListId' ? [peer] : []));
      for (const list of lists) prefixLists.checkUsable(list, call);
      const { SecurityGroups: [group] = [] } = await ec2(call.accountId, call.region).send(
        new DescribeSecurityGroupsCommand({ GroupIds: [id] }),
      );
      const rules = group ? rulesOf(group, egress, prefixLists.weightOf) : [];
      const identities = new Set(rules.map(({ identity }) => identity));
      for (const rule of askedRules(call.params, prefixLists.weightOf)) {
        if (identities.has(rule.identity)) {
          const message = `the specified rule "peer: ${rule.identity}" already exists`;
          throw new Refusal(400, 'InvalidPermission.Duplicate', message);
        }
        identities.add(rule.identity);
        rules.push(rule);
      }
      if (!fits(rules, quotas.of(call.accountId, RULES_PER_GROUP))) {
        const message = 'The maximum number of rules per security group has been reached.';
        throw new Refusal(400, 'RulesPerSecurityGroupLimitExceeded', message);
      }
      for (const list of lists) prefixLists.refer(list, id, call.accountId);
      const items: string[] = [];
      for (const params of onePermissionEach(call.params)) {
        const answer = await forward(params);
        if (answer.status !== 200) return answer;
        items.push(...itemsOf(answer.body, 'securityGroupRuleSet'));
      }
      const set = `<return>true</return><securityGroupRuleSet>${items.join('')}</securityGroupRuleSet>`;
      return xml(200, `<${call.action}Response>${set}</${call.action}Response>`);
    });
  };
}

/**
 * All or nothing, by id or by properties: moto revokes what comes before a rule that it doesn't find, has the wrong
 * error for an unknown id, and passes over IPv6 egress in a VPC without IPv6.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
 */
function revoke({ ec2 }: World, egress: boolean): Action {
  return ({ action, params, accountId, region }, forward) => {
    const id = params.get('GroupId') ?? '';
    return inTurn(id, async () => {
      normalize(params);
      const asked = askedPeers(params);
      if (asked.length === 0) {
        const answer = await forward();
        if (!answer.body.includes('InvalidPermission.NotFound')) return answer;
        throw new Refusal(400, 'InvalidSecurityGroupRuleId.NotFound', 'A security group rule ID does not exist');
      }
      const rules = (await describeRules(ec2(accountId, region), id)).filter(({ IsEgress }) => IsEgress === egress);
      const byId = new URLSearchParams({ Action: action, Version: params.get('Version') ?? '', GroupId: id });
      for (const [index, { identity }] of asked.entries()) {
        const rule = rules.find((each) => identityOfRule(each) === identity);
        if (!rule) throw permissionNotFound();
        byId.append(`SecurityGroupRuleId.${index + 1}`, rule.SecurityGroupRuleId ?? '');
      }
      return forward(byId);
    });
  };
}

/**
 * By id or by properties; without a description, it is removed. moto knows no ids, passes over rules that it doesn't
 * find, and never removes a description.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html
 */
function updateDescriptions({ ec2 }: World, egress: boolean): Action {
  return ({ params, accountId, region }, forward) => {
    const id = params.get('GroupId') ?? '';
    return inTurn(id, async () => {
      normalize(params);
      const rules = (await describeRules(ec2(accountId, region), id)).filter(({ IsEgress }) => IsEgress === egress);
      describeById(params, rules);
      const identities = new Set(rules.map(identityOfRule));
      if (askedPeers(params).some(({ identity }) => !identities.has(identity))) throw permissionNotFound();
      for (const name of [...params.keys()].filter((each) => PEER.test(each))) {
        const description = name.replace(/\w+$/, 'Description');
        if (!params.has(description)) params.set(description, '');
      }
      return forward();
    });
  };
}

/** Turns descriptions by rule id into descriptions by properties. */
function describeById(params: URLSearchParams, rules: SecurityGroupRule[]): void {
  const names = [...params.keys()].filter((name) =>
    /^SecurityGroupRuleDescription\.\d+\.SecurityGroupRuleId$/.test(name),
  );
  for (const [index, name] of names.entries()) {
    const rule = rules.find(({ SecurityGroupRuleId }) => SecurityGroupRuleId === params.get(name));
    if (!rule)
      throw new Refusal(400, 'InvalidSecurityGroupRuleId.NotFound', `The rule ID '${params.get(name)}' does not exist`);
    const permission = `IpPermissions.${index + 1}`;
    params.set(`${permission}.IpProtocol`, rule.IpProtocol ?? '-1');
    params.set(`${permission}.FromPort`, `${rule.FromPort}`);
    params.set(`${permission}.ToPort`, `${rule.ToPort}`);
    const [list, kind, peer] = peerOf(rule);
    const range = `${permission}.${list}.1`;
    params.set(`${range}.${kind}`, peer);
    params.set(`${range}.Description`, params.get(name.replace(/\w+$/, 'Description')) ?? '');
  }
}

function peerOf({ CidrIpv4, CidrIpv6, PrefixListId }: SecurityGroupRule): [list: string, kind: PeerKind, peer: string] {
  if (CidrIpv4) return ['IpRanges', 'CidrIp', CidrIpv4];
  if (CidrIpv6) return ['Ipv6Ranges', 'CidrIpv6', CidrIpv6];
  return ['PrefixListIds', 'PrefixListId', PrefixListId ?? ''];
}

async function describeRules(ec2: EC2Client, groupId: string): Promise<SecurityGroupRule[]> {
  const Filters = [{ Name: 'group-id', Values: [groupId] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules;
}

function permissionNotFound(): Refusal {
  return new Refusal(400, 'InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
}

interface Peer {
  kind: PeerKind;
  peer: string;
  identity: string;
}

function askedPeers(params: URLSearchParams): Peer[] {
  return [...params].flatMap(([name, peer]) => {
    const [, permission, kind] = PEER.exec(name) ?? [];
    if (!kind) return [];
    const [protocol, from, to] = ['IpProtocol', 'FromPort', 'ToPort'].map((each) =>
      params.get(`${permission}.${each}`),
    );
    return { kind: kind as PeerKind, peer, identity: identityOf(protocol ?? '', from ?? '', to ?? '', peer) };
  });
}

function askedRules(params: URLSearchParams, weightOfList: (id: string) => Weight): Rule[] {
  return askedPeers(params).map(({ kind, peer, identity }) => ({
    identity,
    weight: weightOfPeer(kind, peer, weightOfList),
  }));
}

/** CIDRs become canonical; descriptions with what isn't ASCII to AWS are refused. */
function normalize(params: URLSearchParams): void {
  for (const [name, value] of [...params]) {
    if (/\.CidrIp(v6)?$/.test(name)) params.set(name, canonicalCidr(value));
    if (name.endsWith('.Description') && !/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(value)) {
      throw new Refusal(400, 'InvalidParameterValue', 'Invalid rule description.');
    }
  }
}

function onePermissionEach(params: URLSearchParams): URLSearchParams[] {
  const permissions = new Set([...params.keys()].flatMap((name) => /^IpPermissions\.\d+\./.exec(name) ?? []));
  if (permissions.size === 0) return [params];
  return [...permissions].map((permission) => {
    const kept = [...params].filter(([name]) => !name.startsWith('IpPermissions.') || name.startsWith(permission));
    return new URLSearchParams(
      kept.map(([name, value]): [string, string] => [name.replace(permission, 'IpPermissions.1.'), value]),
    );
  });
}

/**
 * A group that a network interface has is kept; moto lets it go.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
 */
function deleteGroup({ ec2 }: World): Action {
  return async ({ params, accountId, region }, forward) => {
    const id = params.get('GroupId') ?? '';
    const Filters = [{ Name: 'group-id', Values: [id] }];
    const { NetworkInterfaces = [] } = await ec2(accountId, region).send(
      new DescribeNetworkInterfacesCommand({ Filters }),
    );
    if (NetworkInterfaces.length === 0) return forward();
    throw new Refusal(400, 'DependencyViolation', `resource ${id} has a dependent object`);
  };
}

export function securityGroupActions(world: World): Actions {
  return {
    DeleteSecurityGroup: deleteGroup(world),
    AuthorizeSecurityGroupIngress: authorize(world, false),
    AuthorizeSecurityGroupEgress: authorize(world, true),
    RevokeSecurityGroupIngress: revoke(world, false),
    RevokeSecurityGroupEgress: revoke(world, true),
    UpdateSecurityGroupRuleDescriptionsIngress: updateDescriptions(world, false),
    UpdateSecurityGroupRuleDescriptionsEgress: updateDescriptions(world, true),
  };
}
