import type { Problem } from '../../../api/problem.js';
import type { SetWish } from '../../wish.js';
import type { Targets } from '../kind.js';
import type { ObservedGroup } from './observed.js';
import { covers, type Ports, parsePorts, portsFor, portsText } from './ports.js';
import { type Direction, type Rule, ruleKey } from './rule.js';

/** On a security group: `cidrset.sallyport.dev/<set>` = `tcp/443 tcp/22` lets the set in. AWS tags don't take commas everywhere. */
export const GROUP_TAG_PREFIX = 'cidrset.sallyport.dev/';

/** What one set wants of one group. */
export interface GroupWish {
  set: string;
  rules: Map<string, { rule: Rule; description: string }>;
  /** Names of the targets that selected the group. */
  targets: string[];
  /** The group's tag could not be read whole: the set's rules there must not go. */
  problems: Problem[];
}

type Target = NonNullable<Targets['securityGroups']>[number];

function targetSelects(target: Target, group: ObservedGroup): boolean {
  if (target.groupIds?.includes(group.id)) return true;
  const tags = Object.entries(target.tags ?? {});
  return tags.length > 0 && tags.every(([key, value]) => group.tags[key] === value);
}

/** Undefined where the set asks nothing of the group. */
export function wishForGroup(wish: SetWish, group: ObservedGroup): GroupWish | undefined {
  const { securityGroups = [], taggedSecurityGroups: tagged } = wish.targets;
  const targets = securityGroups.filter((target) => targetSelects(target, group));
  const tag = tagged && group.tags[GROUP_TAG_PREFIX + wish.set];
  if (targets.length === 0 && tag === undefined) return undefined;

  const rules: GroupWish['rules'] = new Map();
  function want(direction: Direction, ports: Ports[]): void {
    for (const { cidr, family, description } of wish.cidrs) {
      for (const port of ports) {
        const rule = { direction, ...portsFor(family, port), cidr };
        rules.set(ruleKey(rule), { rule, description });
      }
    }
  }
  for (const target of targets) want(target.direction, portsOf(target.ports));
  const { ports, problems } = readTag(
    tag ?? '',
    portsOf(tagged?.allowedPorts ?? []),
    `${GROUP_TAG_PREFIX}${wish.set} of ${group.id} (${group.name})`,
  );
  want('Ingress', ports);
  return { set: wish.set, rules, targets: targets.map(({ name }) => name), problems };
}

function portsOf(texts: readonly string[]): Ports[] {
  return texts.flatMap((text) => parsePorts(text) ?? []);
}

function readTag(value: string, allowed: Ports[], where: string): { ports: Ports[]; problems: Problem[] } {
  const ports: Ports[] = [];
  const problems: Problem[] = [];
  for (const word of value.split(/\s+/).filter(Boolean)) {
    const port = parsePorts(word);
    if (!port) {
      problems.push({
        reason: 'InvalidTag',
        message: `Tag ${where} has "${word}", which is not a port; write ports like tcp/443, separated by spaces`,
      });
    } else if (!allowed.some((outer) => covers(outer, port))) {
      problems.push({
        reason: 'PortNotAllowed',
        message: `Tag ${where} asks for ${word}, which is not within allowedPorts: ${allowed.map(portsText).join(', ')}`,
      });
    } else {
      ports.push(port);
    }
  }
  return { ports, problems };
}
