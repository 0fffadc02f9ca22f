import { InvalidArgumentError, Option } from 'commander';
import { parseCidr } from '../net/cidr.js';
import { type ControllerName, controllerNames } from '../operator/controller-names.js';

export function ownerIdOption(): Option {
  return new Option(
    '--owner-id <id>',
    'marks all that this install makes in AWS (default: UID of the namespace kube-system)',
  ).env('SALLYPORT_OWNER_ID');
}

export function controllersOption(): Option {
  return new Option('--controllers <names>', `those that run, separated by commas: ${controllerNames.join(', ')}`)
    .env('SALLYPORT_CONTROLLERS')
    .argParser(controllers)
    .default(controllerNames, 'all');
}

export function namespaceOption(): Option {
  return new Option('--namespace <name>', "where the operator's Lease and ConfigMaps are")
    .env('POD_NAMESPACE')
    .default('default');
}

export function contextOption(): Option {
  return new Option('--context <name>', 'of the kubeconfig (default: its current one)');
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

/** How a result is printed; `more`: in what other formats than text and JSON. */
export function outputOption(...more: readonly string[]): Option {
  return new Option('-o, --output <format>').choices(['text', 'json', ...more]).default('text');
}

/** @throws InvalidArgumentError */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('write a number of seconds above 0');
  return value;
}

/** Collects what an option is given each time. */
export function each(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function controllers(text: string): ControllerName[] {
  const given = text.split(',').map((part) => part.trim());
  const known = controllerNames.filter((name) => given.includes(name));
  const unknown = given.filter((name) => !known.some((each) => each === name));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`there is no ${unknown[0]}; there are ${controllerNames.join(', ')}`);
  return known;
}

function cidrs(text: string, before: readonly string[] = []): string[] {
  const given = text.split(',').map((part) => part.trim());
  const parsed = given.map((part) => parseCidr(part.includes('/') ? part : `${part}/${part.includes(':') ? 128 : 32}`));
  const known = parsed.flatMap((cidr) => cidr?.text ?? []);
  if (known.length < given.length) throw new InvalidArgumentError('write CIDRs, as 203.0.113.7/32');
  return [...before, ...known];
}
