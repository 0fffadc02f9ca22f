import { InvalidArgumentError, Option } from 'commander';
import { parseCidr } from '../net/cidr.js';

export function ownerIdOption(): Option {
  return new Option(
    '--owner-id <id>',
    'marks all that this install makes in AWS (default: UID of the namespace kube-system)',
  ).env('SALLYPORT_OWNER_ID');
}

export function namespaceOption(): Option {
  return new Option('--namespace <name>', "where the operator's Lease and ConfigMaps are")
    .env('POD_NAMESPACE')
    .default('default');
}

export function ownAddressOption(): Option {
  return new Option(
    '--own-address <cidr>',
    'where the operator comes from, as AWS sees it: no EKS endpoint is closed to it; repeat it, or separate by commas',
  )
    .env('SALLYPORT_OWN_ADDRESSES')
    .argParser(cidrs)
    .default([], 'not known');
}

/** Collects what an option is given each time. */
export function each(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function cidrs(text: string, before: readonly string[] = []): string[] {
  const given = text.split(',').map((part) => part.trim());
  const parsed = given.map((part) => parseCidr(part.includes('/') ? part : `${part}/${part.includes(':') ? 128 : 32}`));
  const known = parsed.flatMap((cidr) => cidr?.text ?? []);
  if (known.length < given.length) throw new InvalidArgumentError('write CIDRs, as 203.0.113.7/32');
  return [...before, ...known];
}
