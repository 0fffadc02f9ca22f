import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import ipaddr from 'ipaddr.js';
import { type Answer, type EdgeCall, Refusal, xml } from './call.js';
import { itemsOf } from './pages.js';

/** Where a corrected action gets its facts, and carries itself out. */
export interface Upstream {
  /** Sends the call on, with other parameters where given. */
  forward(params?: URLSearchParams): Promise<Answer>;
  /** Upstream as the call's account and region. */
  ec2: EC2Client;
}

export type Action = (call: EdgeCall, upstream: Upstream) => Promise<Answer>;

interface Rule {
  /** What tells rules of a group and direction apart; the description doesn't. */
  identity: string;
  ipv4: boolean;
  ipv6: boolean;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html, for each direction and family. */
const RULES_PER_GROUP = 60;

const PEER = /^(IpPermissions\.\d+)\.\w+\.\d+\.(CidrIp|CidrIpv6|GroupId|PrefixListId)$/;
const PROTOCOLS: Record<string, string> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

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
function authorize(egress: boolean): Action {
  return (call, { forward, ec2 }) => {
    const id = call.params.get('GroupId') ?? '';
    return inTurn(id, async () => {
      normalize(call.params);
      const { SecurityGroups: [group] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
      const rules = group ? rulesOf(group, egress) : [];
      const identities = new Set(rules.map(({ identity }) => identity));
      for (const rule of askedRules(call.params)) {
        if (identities.has(rule.identity)) {
          const message = `the specified rule "peer: ${rule.identity}" already exists`;
          throw new Refusal(400, 'InvalidPermission.Duplicate', message);
        }
        identities.add(rule.identity);
        rules.push(rule);
      }
      for (const family of ['ipv4', 'ipv6'] as const) {
        if (rules.filter((rule) => rule[family]).length <= RULES_PER_GROUP) continue;
        const message = 'The maximum number of rules per security group has been reached.';
        throw new Refusal(400, 'RulesPerSecurityGroupLimitExceeded', message);
      }
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
function revoke(egress: boolean): Action {
  return ({ action, params }, { forward, ec2 }) => {
    const id = params.get('GroupId') ?? '';
    return inTurn(id, async () => {
      normalize(params);
      const asked = askedRules(params);
      if (asked.length === 0) {
        const answer = await forward();
        if (!answer.body.includes('InvalidPermission.NotFound')) return answer;
        throw new Refusal(400, 'InvalidSecurityGroupRuleId.NotFound', 'A security group rule ID does not exist');
      }
      const rules = (await describeRules(ec2, id)).filter(({ IsEgress }) => IsEgress === egress);
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
function updateDescriptions(egress: boolean): Action {
  return ({ params }, { forward, ec2 }) => {
    const id = params.get('GroupId') ?? '';
    return inTurn(id, async () => {
      normalize(params);
      const rules = (await describeRules(ec2, id)).filter(({ IsEgress }) => IsEgress === egress);
      describeById(params, rules);
      const identities = new Set(rules.map(identityOfRule));
      if (askedRules(params).some(({ identity }) => !identities.has(identity))) throw permissionNotFound();
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
    const range = rule.CidrIpv4 ? `${permission}.IpRanges.1` : `${permission}.Ipv6Ranges.1`;
    params.set(rule.CidrIpv4 ? `${range}.CidrIp` : `${range}.CidrIpv6`, rule.CidrIpv4 ?? rule.CidrIpv6 ?? '');
    params.set(`${range}.Description`, params.get(name.replace(/\w+$/, 'Description')) ?? '');
  }
}

async function describeRules(ec2: EC2Client, groupId: string): Promise<SecurityGroupRule[]> {
  const Filters = [{ Name: 'group-id', Values: [groupId] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules;
}

function permissionNotFound(): Refusal {
  return new Refusal(400, 'InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
}

function askedRules(params: URLSearchParams): Rule[] {
  return [...params.keys()].flatMap((name) => {
    const [, permission, kind] = PEER.exec(name) ?? [];
    const [protocol, from, to] = ['IpProtocol', 'FromPort', 'ToPort'].map((each) =>
      params.get(`${permission}.${each}`),
    );
    if (!kind) return [];
    return {
      identity: identityOf(protocol ?? '', from ?? '', to ?? '', params.get(name) ?? ''),
      ipv4: kind !== 'CidrIpv6',
      ipv6: kind !== 'CidrIp',
    };
  });
}

function rulesOf({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup, egress: boolean): Rule[] {
  return (egress ? IpPermissionsEgress : IpPermissions).flatMap((permission) => {
    const rule = (peer: string | undefined, ipv4: boolean, ipv6: boolean): Rule => ({
      identity: identityOf(permission.IpProtocol ?? '', permission.FromPort, permission.ToPort, peer ?? ''),
      ipv4,
      ipv6,
    });
    return [
      ...(permission.IpRanges ?? []).map(({ CidrIp }) => rule(CidrIp, true, false)),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => rule(CidrIpv6, false, true)),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => rule(GroupId, true, true)),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => rule(PrefixListId, true, true)),
    ];
  });
}

function identityOfRule(rule: SecurityGroupRule): string {
  const peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? '';
  return identityOf(rule.IpProtocol ?? '', rule.FromPort, rule.ToPort, peer);
}

function identityOf(protocol: string, from: unknown, to: unknown, peer: string): string {
  const name = PROTOCOLS[protocol] ?? protocol.toLowerCase();
  return name === '-1' || name === 'all' ? `all ${peer}` : `${name} ${from}-${to} ${peer}`;
}

/** AWS writes 10.1.2.3/8 as 10.0.0.0/8 and 2001:DB8:0::/32 as 2001:db8::/32, and refuses what isn't ASCII to it. */
function normalize(params: URLSearchParams): void {
  for (const [name, value] of [...params]) {
    if (/\.CidrIp(v6)?$/.test(name)) params.set(name, canonicalCidr(value));
    if (name.endsWith('.Description') && !/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(value)) {
      throw new Refusal(400, 'InvalidParameterValue', 'Invalid rule description.');
    }
  }
}

function canonicalCidr(cidr: string): string {
  if (!ipaddr.isValidCIDR(cidr)) throw new Refusal(400, 'InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  const [address, length] = ipaddr.parseCIDR(cidr);
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(cidr)}/${length}`;
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

export const securityGroupActions: Record<string, Action> = {
  AuthorizeSecurityGroupIngress: authorize(false),
  AuthorizeSecurityGroupEgress: authorize(true),
  RevokeSecurityGroupIngress: revoke(false),
  RevokeSecurityGroupEgress: revoke(true),
  UpdateSecurityGroupRuleDescriptionsIngress: updateDescriptions(false),
  UpdateSecurityGroupRuleDescriptionsEgress: updateDescriptions(true),
};
