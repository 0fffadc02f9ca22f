import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { selects } from './selector.js';
import { covers } from './targets/security-groups/ports.js';
import { portsOf } from './targets/security-groups/select.js';

/** Why a set would not go into a group of an account and region that is tagged with it and these ports; undefined: it would. */
export function admissionProblem(
  name: string,
  set: CidrSet | undefined,
  account: AwsAccount | undefined,
  region: string,
  ports: readonly string[],
): string | undefined {
  if (!set) return `there is no CidrSet ${name}`;
  const tagged = set.spec.targets?.taggedSecurityGroups;
  const field = `targets.taggedSecurityGroups of CidrSet ${name}`;
  if (!tagged) return `${field} is missing, so it goes into no group that is tagged with it`;
  if (account && !selects(tagged, account, region)) {
    return `${field} does not select ${account.metadata.name}/${region}`;
  }
  const allowed = portsOf(tagged.allowedPorts);
  const refused = ports.filter((text) => !portsOf([text]).every((port) => allowed.some((each) => covers(each, port))));
  return refused.length > 0 ? `${field} does not have ${refused.join(', ')} in allowedPorts` : undefined;
}
