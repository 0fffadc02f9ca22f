import type { AwsAccount } from '../../../src/api/aws-account.gen.js';
import type { CidrSet } from '../../../src/api/cidr-set.gen.js';
import { AwsError, type AwsErrorClass } from '../../../src/aws/errors.js';
import type { RegionFacts, RoomFacts } from '../../../src/doctor/accounts/region.js';
import type { Finding } from '../../../src/doctor/finding.js';
import type { Declared } from '../../../src/plan/merge.js';

export const scope = { account: 'shared', accountId: '111111111111', region: 'eu-west-1' };

/** `failure: the CRD ...`, a line each. */
export function told(findings: readonly Finding[]): string[] {
  return findings.map(({ level, message }) => `${level}: ${message}`);
}

export function awsAccount(name = 'shared', spec: Partial<AwsAccount['spec']> = {}): AwsAccount {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'AwsAccount',
    metadata: { name },
    spec: {
      accountId: '111111111111',
      roleArn: 'arn:aws:iam::111111111111:role/sallyport',
      regions: ['eu-west-1'],
      ...spec,
    },
  };
}

export function awsError(cause: AwsErrorClass, code: string = cause, permission?: string): AwsError {
  return new AwsError(
    { ...scope, service: 'ec2', action: 'Some' },
    { class: cause, code, message: `${code}, it says`, permission },
  );
}

export function declared(change: Partial<Declared> = {}): Declared {
  return { sets: [], endpoints: [], accounts: [], pools: [], ...change };
}

export function region(room: Partial<RoomFacts> = {}, change: Partial<RegionFacts> = {}): RegionFacts {
  const quotas = { rulesPerSecurityGroup: 60, securityGroupsPerInterface: 5, source: 'ServiceQuotas' as const };
  return { scope, permissions: [], hours: [], room: { quotas, uses: [], exceeded: [], ...room }, ...change };
}

/** A set that is written to groups. */
export function cidrSet(targets: CidrSet['spec']['targets'], discover?: CidrSet['spec']['discover']): CidrSet {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'CidrSet',
    metadata: { name: 'office' },
    spec: {
      allowAnywhere: false,
      guard: { grace: '24h' },
      mode: 'Enforce',
      deletionPolicy: 'Delete',
      ...(targets && { targets }),
      ...(discover && { discover }),
    },
  };
}
