import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  type EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';

/** A security group of the company, as its people made it by hand. */
export interface SeedGroup {
  name: string;
  tags: Record<string, string>;
  /** `tcp/443 203.0.113.0/26` */
  rules?: string[];
}

/** The accounts of examples/quickstart. */
export const companyAccounts = [
  { name: 'shared', accountId: '111111111111', regions: ['eu-west-1'] },
  { name: 'team-a', accountId: '222222222222', regions: ['eu-west-1', 'us-east-1'] },
  { name: 'team-b', accountId: '333333333333', regions: ['eu-west-1', 'us-east-1'] },
] as const;

const platform: SeedGroup[] = [
  {
    name: 'gitlab-nlb',
    tags: { app: 'gitlab', tier: 'edge' },
    // The first is one that a set asks for too: it was there before, and stays its makers'.
    rules: ['tcp/443 203.0.113.0/26', 'tcp/443 192.0.2.10/32', 'tcp/22 192.0.2.0/24'],
  },
  { name: 'gitlab-registry-nlb', tags: { app: 'gitlab', tier: 'edge' }, rules: ['tcp/443 192.0.2.10/32'] },
  { name: 'gitlab-database', tags: { app: 'gitlab', tier: 'data' }, rules: ['tcp/5432 10.20.0.0/16'] },
  { name: 'gitlab-redis', tags: { app: 'gitlab', tier: 'data' } },
];

const team: SeedGroup[] = [
  { name: 'runners', tags: { role: 'runner' } },
  { name: 'bastion', tags: { role: 'bastion' }, rules: ['tcp/22 192.0.2.77/32'] },
  { name: 'grafana', tags: { role: 'dashboards', 'cidrset.sallyport.dev/office': 'tcp/443 tcp/3000' } },
  { name: 'build-cache', tags: { role: 'cache', 'cidrset.sallyport.dev/office': 'tcp/22' } },
  { name: 'legacy', tags: {} },
];

export interface Seeded {
  groups: number;
  rulesByHand: number;
  /** Group ids by `account/region/name`. */
  ids: Map<string, string>;
}

/** Makes the company's groups with its handmade rules. */
export async function seedCompany(clientFor: (accountId: string, region: string) => EC2Client): Promise<Seeded> {
  const ids = new Map<string, string>();
  let rulesByHand = 0;
  for (const { name: account, accountId, regions } of companyAccounts) {
    for (const region of regions) {
      const ec2 = clientFor(accountId, region);
      for (const group of account === 'shared' ? platform : team) {
        ids.set(`${account}/${region}/${group.name}`, await makeGroup(ec2, group));
        rulesByHand += group.rules?.length ?? 0;
      }
    }
  }
  return { groups: ids.size, rulesByHand, ids };
}

export async function makeGroup(ec2: EC2Client, { name, tags, rules = [] }: SeedGroup): Promise<string> {
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: name,
      Description: `${name}, made by hand`,
      TagSpecifications: [
        {
          ResourceType: 'security-group',
          Tags: Object.entries({ Name: name, ...tags }).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    }),
  );
  if (rules.length > 0) await authorize(ec2, GroupId, ...rules);
  return GroupId;
}

/** Lets CIDRs in by hand: `tcp/443 203.0.113.0/26`. */
export async function authorize(ec2: EC2Client, GroupId: string, ...rules: string[]): Promise<void> {
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissionsOf(rules) }));
}

/** `Description` goes with each rule. */
export function permissionsOf(rules: readonly string[], Description?: string): IpPermission[] {
  return rules.map((text) => {
    const [ports = '', cidr = ''] = text.split(' ');
    const [IpProtocol, port] = ports.split('/');
    const range = cidr.includes(':')
      ? { Ipv6Ranges: [{ CidrIpv6: cidr, Description }] }
      : { IpRanges: [{ CidrIp: cidr, Description }] };
    return { IpProtocol, FromPort: Number(port), ToPort: Number(port), ...range };
  });
}
