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
import pMap from 'p-map';
import type { AwsResult } from '../aws/call.js';
import type { AwsError } from '../aws/errors.js';
import type { Ec2Scope } from '../aws/session.js';
import { groupBy } from '../group-by.js';
import type { Operation, RuleChange } from './change.js';
import { OWNER_TAG } from './observe.js';
import { familyOf } from './rule.js';

/** What became of one operation; `NotTried` because an earlier one on the same group failed, or we are shutting down. */
export interface Outcome {
  operation: Operation;
  result: 'Done' | 'NotTried' | AwsError;
}

/** Groups side by side: the limiter paces the calls, this bounds how many wait for it. */
const CONCURRENCY = 16;

/**
 * Carries operations out. Within a group they go in order and stop at the first that fails, so that nothing is removed
 * when what should replace it could not be added; the other groups go on.
 */
export async function applyOperations(
  ec2: Ec2Scope,
  operations: Operation[],
  ownerId: string,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const groups = [...groupBy(operations, ({ group }) => group.id).values()];
  const outcomes = await pMap(groups, (group) => applyInOrder(ec2, group, ownerId, signal), {
    concurrency: CONCURRENCY,
  });
  return outcomes.flat();
}

async function applyInOrder(
  ec2: Ec2Scope,
  operations: Operation[],
  ownerId: string,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let stopped = false;
  for (const operation of operations) {
    if (stopped || signal.aborted) {
      outcomes.push({ operation, result: 'NotTried' });
      continue;
    }
    const answer = await callFor(ec2, operation, ownerId);
    stopped = !answer.ok;
    outcomes.push({ operation, result: answer.ok ? 'Done' : answer.error });
  }
  return outcomes;
}

function callFor(
  ec2: Ec2Scope,
  { kind, direction, group, changes }: Operation,
  ownerId: string,
): Promise<AwsResult<unknown>> {
  const GroupId = group.id;
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

/** One IpPermission for each protocol and port range, with all its CIDRs. */
function ipPermissions(changes: readonly RuleChange[]): IpPermission[] {
  const byPorts = groupBy(changes, ({ rule }) => `${rule.protocol} ${rule.fromPort} ${rule.toPort}`);
  return [...byPorts.values()].map((part) => {
    const [{ rule }] = part as [RuleChange];
    const of = (family: number) => part.filter((change) => familyOf(change.rule) === family);
    return {
      IpProtocol: rule.protocol,
      ...(rule.protocol !== '-1' && { FromPort: rule.fromPort, ToPort: rule.toPort }),
      IpRanges: of(4).map(({ rule: { cidr }, description }) => ({ CidrIp: cidr, Description: description })),
      Ipv6Ranges: of(6).map(({ rule: { cidr }, description }) => ({ CidrIpv6: cidr, Description: description })),
    };
  });
}
