import {
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  type EC2Client,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { authorize, permissionsOf } from './company.js';

/** A security group, and what people do to it by hand. Rules are words: `tcp/443 203.0.113.0/26`. */
export class Group {
  readonly id: string;
  readonly #ec2: EC2Client;

  constructor(ec2: EC2Client, id: string) {
    this.id = id;
    this.#ec2 = ec2;
  }

  /** Its rules but the one to anywhere that each group is born with; Sallyport's with an asterisk before. */
  async rules(): Promise<string[]> {
    return (await this.#describe()).map(ruleWords).sort();
  }

  /** The same, with their descriptions after. */
  async notedRules(): Promise<string[]> {
    return (await this.#describe()).map((rule) => `${ruleWords(rule)} "${rule.Description ?? ''}"`).sort();
  }

  /** Ids of all rules, by their words without Sallyport's asterisk. */
  async ids(): Promise<Map<string, string>> {
    const rules = await this.#describe();
    return new Map(rules.map((rule) => [ruleWords(rule).replace('* ', ''), rule.SecurityGroupRuleId ?? '']));
  }

  async authorize(...rules: string[]): Promise<void> {
    await authorize(this.#ec2, this.id, ...rules);
  }

  /** Lets in what is in a prefix list: `tcp/443`, `pl-0123456789abcdef0`. */
  async authorizeList(ports: string, PrefixListId: string): Promise<void> {
    const [IpProtocol, port] = ports.split('/');
    const permission = { IpProtocol, FromPort: Number(port), ToPort: Number(port), PrefixListIds: [{ PrefixListId }] };
    const input = { GroupId: this.id, IpPermissions: [permission] };
    await this.#ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
  }

  async revoke(...rules: string[]): Promise<void> {
    const IpPermissions = permissionsOf(rules);
    await this.#ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: this.id, IpPermissions }));
  }

  async note(rule: string, description: string): Promise<void> {
    const IpPermissions = permissionsOf([rule], description);
    await this.#ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId: this.id, IpPermissions }));
  }

  async tag(Key: string, Value: string): Promise<void> {
    await this.#ec2.send(new CreateTagsCommand({ Resources: [this.id], Tags: [{ Key, Value }] }));
  }

  async delete(): Promise<void> {
    await this.#ec2.send(new DeleteSecurityGroupCommand({ GroupId: this.id }));
  }

  async #describe(): Promise<SecurityGroupRule[]> {
    const found: SecurityGroupRule[] = [];
    let NextToken: string | undefined;
    do {
      const Filters = [{ Name: 'group-id', Values: [this.id] }];
      const page = await this.#ec2.send(new DescribeSecurityGroupRulesCommand({ Filters, NextToken }));
      found.push(...(page.SecurityGroupRules ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return found.filter(
      ({ IsEgress, CidrIpv4, Tags = [] }) => !IsEgress || CidrIpv4 !== '0.0.0.0/0' || Tags.length > 0,
    );
  }
}

function ruleWords(rule: SecurityGroupRule) {
  const { IsEgress, IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, Tags = [] } = rule;
  const mark = Tags.some(({ Key }) => Key === 'sallyport.dev/owner') ? '* ' : '';
  const ports = FromPort === undefined || FromPort < 0 ? '' : `/${FromPort}${ToPort === FromPort ? '' : `-${ToPort}`}`;
  return `${mark}${IsEgress ? 'egress ' : ''}${IpProtocol}${ports} ${CidrIpv4 ?? CidrIpv6 ?? PrefixListId}`;
}
