import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { RAMClient } from '@aws-sdk/client-ram';
import { Route53Client } from '@aws-sdk/client-route-53';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { ServiceScope } from '../../../../src/aws/call.js';
import { Limiter } from '../../../../src/aws/limiter.js';
import type { AwsScope } from '../../../../src/aws/services.js';
import { Session, Sessions } from '../../../../src/aws/session.js';
import { scope } from '../resources.js';

/** Sessions whose calls go to `send` instead of a server. */
export function sessionsOf(send: (command: object) => Promise<object>): Sessions {
  const { account, accountId, region } = scope;
  const limiter = new Limiter();
  const target = (service: string) => ({ ...scope, service });
  const aws: AwsScope = {
    ec2: new ServiceScope(Object.assign(new EC2Client({ region }), { send }), target('ec2'), limiter),
    eks: new ServiceScope(Object.assign(new EKSClient({ region }), { send }), target('eks'), limiter),
    elasticLoadBalancing: new ServiceScope(
      Object.assign(new ElasticLoadBalancingV2Client({ region }), { send }),
      target('elasticloadbalancing'),
      limiter,
    ),
    ram: new ServiceScope(Object.assign(new RAMClient({ region }), { send }), target('ram'), limiter),
    route53: new ServiceScope(Object.assign(new Route53Client({ region }), { send }), target('route53'), limiter),
    serviceQuotas: new ServiceScope(
      Object.assign(new ServiceQuotasClient({ region }), { send }),
      target('servicequotas'),
      limiter,
    ),
    wafv2: new ServiceScope(Object.assign(new WAFV2Client({ region }), { send }), target('wafv2'), limiter),
  };
  const nobody = () => Promise.reject(new Error('nothing is signed'));
  const session = Object.assign(new Session({ name: account, accountId, regions: [region] }, nobody, limiter), {
    verify: async () => ({ ok: true as const, value: { arn: '' } }),
    scope: () => aws,
    quotas: async () => ({ rulesPerSecurityGroup: 60, securityGroupsPerInterface: 5, source: 'Default' as const }),
  });
  return Object.assign(new Sessions(), { get: () => session });
}
