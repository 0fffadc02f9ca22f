import type { ManagedPrefixList } from '@aws-sdk/client-ec2';
import { type Weight, weightOf } from '../security-groups/rule.js';

/**
 * AWS's own lists have no size but a weight, by the end of their names.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
const AWS_WEIGHTS: Record<string, number> = {
  'origin-facing': 55,
  dynamodb: 1,
  'ec2-instance-connect': 2,
  groundstation: 5,
  'route53-healthchecks': 25,
  s3: 1,
  s3express: 6,
  'vpc-lattice': 10,
};

/** What a rule that refers to the list counts for: as many rules as it may hold, whatever it holds. */
export function weightOfList({ AddressFamily, MaxEntries, PrefixListName = '' }: ManagedPrefixList): Weight {
  const [end = ''] = PrefixListName.split('.').slice(-1);
  const weight = MaxEntries ?? AWS_WEIGHTS[end] ?? 1;
  return weightOf(AddressFamily === 'IPv6' ? 6 : 4, weight);
}
