import { OWNER_TAG } from '../api/marks.js';
import type { ControllerName } from '../operator/controller-names.js';

/** What a resource asks for that takes permissions of its own, by the field of its spec. */
export const features = [
  'securityGroups',
  'prefixLists',
  'shareWith',
  'wafIpSets',
  'eksPublicAccess',
  'natGateways',
  'elasticIps',
  'vpcs',
  'service',
  'enforceSecurityGroups',
  'provider.privateDns',
  'endpoints',
  'consumer.privateDns',
  'otherRegions',
  'names',
  'launchTemplate',
  'podIdentity',
] as const;

export type Feature = (typeof features)[number];

export type Condition =
  /** Of a tag: its value is this install's owner id. */
  | { key: string; owner: true }
  | {
      operator: 'StringEquals' | 'StringEqualsIfExists' | 'ForAllValues:StringEquals' | 'ForAllValues:StringLike';
      key: string;
      values: readonly string[];
    };

/**
 * Something that Sallyport asks of AWS in an account, as narrow as AWS can have it: one statement of the role's policy.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface Permission {
  /** Unique, letters and digits. */
  sid: string;
  controller: ControllerName;
  feature: Feature;
  access: 'Read' | 'Write';
  /** `ec2:DescribeSecurityGroups`: all of one service. */
  actions: readonly string[];
  /** ARNs from the service on: `ec2:*:*:security-group/*`. `*` alone where AWS knows no narrower resource. */
  resources: readonly string[];
  /** All of them must hold. */
  conditions?: readonly Condition[];
  /** For people, what can't be done without it. */
  why: string;
}

type Essence = Omit<Permission, 'controller' | 'feature' | 'access'>;

/** Those of one feature of a controller. */
export function permissionsOf(controller: ControllerName) {
  return (feature: Feature, essences: readonly Essence[]): Permission[] =>
    essences.map((each) => {
      const access = each.actions.every((action) => /:(Describe|Get|List)/.test(action)) ? 'Read' : 'Write';
      return { controller, feature, access, ...each };
    });
}

/** What this install made. */
export const OWN: Condition = { key: `aws:ResourceTag/${OWNER_TAG}`, owner: true };

/** What is being made carries the mark. */
export const MARKED: Condition = { key: `aws:RequestTag/${OWNER_TAG}`, owner: true };

/** Tags that are written as something is made, in the same call: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html */
export function asMadeBy(...actions: readonly string[]): Condition {
  return { operator: 'StringEquals', key: 'ec2:CreateAction', values: actions };
}

/** No tags but these. */
export function onlyTags(...keys: readonly string[]): Condition {
  return { operator: 'ForAllValues:StringEquals', key: 'aws:TagKeys', values: keys };
}
