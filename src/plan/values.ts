import ipaddr from 'ipaddr.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { parsePorts } from '../cidr-set/targets/security-groups/ports.js';
import { isTooWide, parseCidr, WIDEST } from '../net/cidr.js';

/** What the CRD's CEL rules say of CIDRs and ports: one that can't be read would silently be missing from the plan. */
export function valueProblems({ spec: { cidrs = [], targets = {}, allowAnywhere } }: CidrSet): string[] {
  const { securityGroups = [], taggedSecurityGroups: tagged, networkPolicies = [] } = targets;
  const ports = [
    ...securityGroups.map((target) => target.ports),
    ...networkPolicies.map((target) => target.ports ?? []),
    tagged?.allowedPorts ?? [],
  ].flat();
  return [
    ...cidrs.flatMap(({ cidr }, i) => {
      const problem = cidrProblem(cidr, allowAnywhere);
      return problem ? [`spec.cidrs[${i}].cidr: "${cidr}" ${problem}`] : [];
    }),
    ...ports
      .filter((each) => !parsePorts(each))
      .map(
        (each) => `spec.targets: "${each}" is not a port; write one like tcp/443, udp/53, tcp/8000-8080, icmp, or all`,
      ),
  ];
}

function cidrProblem(text: string, allowAnywhere: boolean): string | undefined {
  const parsed = parseCidr(text);
  if (!parsed) return 'is not a CIDR; write one like 203.0.113.0/24 or 2001:db8::/32';
  const { family, text: cidr } = parsed;
  const [address] = ipaddr.parseCIDR(text);
  const [network] = ipaddr.parseCIDR(cidr);
  if (address.toNormalizedString() !== network.toNormalizedString()) return `has host bits set; write ${cidr}`;
  if (allowAnywhere || !isTooWide({ cidr, family })) return undefined;
  return `is wider than /${WIDEST[family]}; write a narrower CIDR, or set spec.allowAnywhere: true`;
}
