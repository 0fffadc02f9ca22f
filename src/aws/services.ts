import type * as ec2 from '@aws-sdk/client-ec2';
import { EC2Client } from '@aws-sdk/client-ec2';
import type * as eks from '@aws-sdk/client-eks';
import { EKSClient } from '@aws-sdk/client-eks';
import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as ram from '@aws-sdk/client-ram';
import { RAMClient } from '@aws-sdk/client-ram';
import type * as route53 from '@aws-sdk/client-route-53';
import { Route53Client } from '@aws-sdk/client-route-53';
import type * as quotas from '@aws-sdk/client-service-quotas';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type * as wafv2 from '@aws-sdk/client-wafv2';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import type { MetadataBearer } from '@smithy/types';
import type { ServiceScope } from './call.js';

type Road<In extends object, Out extends MetadataBearer, Config> = ServiceScope<In, Out, Config>;
export type Ec2Scope = Road<ec2.ServiceInputTypes, ec2.ServiceOutputTypes, ec2.EC2ClientResolvedConfig>;
export type EksScope = Road<eks.ServiceInputTypes, eks.ServiceOutputTypes, eks.EKSClientResolvedConfig>;
export type ElbScope = Road<
  elb.ServiceInputTypes,
  elb.ServiceOutputTypes,
  elb.ElasticLoadBalancingV2ClientResolvedConfig
>;
export type RamScope = Road<ram.ServiceInputTypes, ram.ServiceOutputTypes, ram.RAMClientResolvedConfig>;
export type Route53Scope = Road<
  route53.ServiceInputTypes,
  route53.ServiceOutputTypes,
  route53.Route53ClientResolvedConfig
>;
export type QuotasScope = Road<
  quotas.ServiceInputTypes,
  quotas.ServiceOutputTypes,
  quotas.ServiceQuotasClientResolvedConfig
>;
export type Wafv2Scope = Road<wafv2.ServiceInputTypes, wafv2.ServiceOutputTypes, wafv2.WAFV2ClientResolvedConfig>;

/** One account in one region: a road to each service. */
export interface AwsScope {
  readonly ec2: Ec2Scope;
  readonly eks: EksScope;
  readonly elasticLoadBalancing: ElbScope;
  readonly ram: RamScope;
  /** The same in all regions. */
  readonly route53: Route53Scope;
  readonly serviceQuotas: QuotasScope;
  readonly wafv2: Wafv2Scope;
}

/** By IAM's prefix. */
export const CLIENTS = {
  ec2: EC2Client,
  eks: EKSClient,
  elasticloadbalancing: ElasticLoadBalancingV2Client,
  ram: RAMClient,
  route53: Route53Client,
  servicequotas: ServiceQuotasClient,
  wafv2: WAFV2Client,
};
export type Clients = { [S in keyof typeof CLIENTS]: InstanceType<(typeof CLIENTS)[S]> };
