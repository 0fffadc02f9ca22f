import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DeleteTagsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsEgressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { OWNER_TAG } from '../../../api/marks.js';
import type { AwsResult } from '../../../aws/call.js';
import type { Ec2Scope } from '../../../aws/services.js';
import { groupBy } from '../../../group-by.js';
import type { RuleChange, RuleOperation } from './change.js';
import { isCidr } from './rule.js';

export function applyRuleOperation(
  ec2: Ec2Scope,
  { kind, direction, object, changes }: RuleOperation,
  ownerId: string,
): Promise<AwsResult<unknown>> {
  const GroupId = object.id;
  const ingress = direction === 'Ingress';
  const ids = changes.flatMap(({ ruleId }) => ruleId ?? []);
  switch (kind) {
    case 'Authorize': {
      // The mark is part of the call, so there is no moment at which a rule of ours looks like somebody else's.
      const TagSpecifications = [
        { ResourceType: 'security-group-rule' as const, Tags: [{ Key: OWNER_TAG, Value: ownerId }] },
      ];
      const input = { GroupId, IpPermissions: ipPermissions(changes), TagSpecifications };
      return ingress
        ? ec2.send(new AuthorizeSecurityGroupIngressCommand(input))
        : ec2.send(new AuthorizeSecurityGroupEgressCommand(input));
    }
    case 'UpdateDescription': {
      const input = { GroupId, IpPermissions: ipPermissions(changes) };
      return ingress
        ? ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand(input))
        : ec2.send(new UpdateSecurityGroupRuleDescriptionsEgressCommand(input));
    }
    case 'Revoke': {
      const input = { GroupId, SecurityGroupRuleIds: ids };
      return ingress
        ? ec2.send(new RevokeSecurityGroupIngressCommand(input))
        : ec2.send(new RevokeSecurityGroupEgressCommand(input));
    }
    case 'Disown':
      return ec2.send(new DeleteTagsCommand({ Resources: ids, Tags: [{ Key: OWNER_TAG, Value: ownerId }] }));
  }
}

/** One IpPermission for each protocol and port range, with all its CIDRs and lists. */
function ipPermissions(changes: readonly RuleChange[]): IpPermission[] {
  const byPorts = groupBy(changes, ({ rule }) => `${rule.protocol} ${rule.fromPort} ${rule.toPort}`);
  return [...byPorts.values()].map((part) => {
    const [{ rule }] = part as [RuleChange];
    const peers = part.map(({ rule: { peer }, description: Description }) => ({ peer, Description }));
    const [cidrs, lists] = [peers.filter(({ peer }) => isCidr(peer)), peers.filter(({ peer }) => !isCidr(peer))];
    const [v6, v4] = [cidrs.filter(({ peer }) => peer.includes(':')), cidrs.filter(({ peer }) => !peer.includes(':'))];
    return {
      IpProtocol: rule.protocol,
      ...(rule.protocol !== '-1' && { FromPort: rule.fromPort, ToPort: rule.toPort }),
      IpRanges: v4.map(({ peer, Description }) => ({ CidrIp: peer, Description })),
      Ipv6Ranges: v6.map(({ peer, Description }) => ({ CidrIpv6: peer, Description })),
      PrefixListIds: lists.map(({ peer, Description }) => ({ PrefixListId: peer, Description })),
    };
  });
}
