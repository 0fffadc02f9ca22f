import type * as ec2 from '@aws-sdk/client-ec2';
import { EC2Client } from '@aws-sdk/client-ec2';
import type * as eks from '@aws-sdk/client-eks';
import { EKSClient } from '@aws-sdk/client-eks';
import type * as ram from '@aws-sdk/client-ram';
import { RAMClient } from '@aws-sdk/client-ram';
import type * as quotas from '@aws-sdk/client-service-quotas';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type * as wafv2 from '@aws-sdk/client-wafv2';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import type { MetadataBearer } from '@smithy/types';
import type { ServiceScope } from './call.js';

type Road<In extends object, Out extends MetadataBearer, Config> = ServiceScope<In, Out, Config>;
export type Ec2Scope = Road<ec2.ServiceInputTypes, ec2.ServiceOutputTypes, ec2.EC2ClientResolvedConfig>;
export type EksScope = Road<eks.ServiceInputTypes, eks.ServiceOutputTypes, eks.EKSClientResolvedConfig>;
export type RamScope = Road<ram.ServiceInputTypes, ram.ServiceOutputTypes, ram.RAMClientResolvedConfig>;
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
  readonly ram: RamScope;
  readonly serviceQuotas: QuotasScope;
  readonly wafv2: Wafv2Scope;
}

/** By IAM's prefix. */
export const CLIENTS = {
  ec2: EC2Client,
  eks: EKSClient,
  ram: RAMClient,
  servicequotas: ServiceQuotasClient,
  wafv2: WAFV2Client,
};
export type Clients = { [S in keyof typeof CLIENTS]: InstanceType<(typeof CLIENTS)[S]> };
