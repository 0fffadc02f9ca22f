import { GROUP_TAG_PREFIX } from '../../../api/marks.js';
import type { Problem } from '../../../api/problem.js';
import type { SetWish } from '../../wish.js';
import type { HoldReason } from '../kind.js';
import type { ObservedGroup } from './observed.js';
import { covers, type Ports, parsePorts, portsFor, portsText } from './ports.js';
import type { Reference, SetReach } from './reach.js';
import { type Direction, type Rule, ruleKey, type Weight, weightOfCidr } from './rule.js';
import { portsOf, targetSelects } from './select.js';

export interface WantedRule {
  rule: Rule;
  weight: Weight;
  description: string;
  /** Why a rule that isn't there can't be written yet: the list that it refers to. */
  held?: Reference['held'];
}

/** What one set wants of one group. */
export interface GroupWish {
  set: string;
  rules: Map<string, WantedRule>;
  /** What rules that refer to lists let in, rule by rule: such rules stay until those are there. */
  standIns(): Rule[];
  /** Names of the targets that selected the group. */
  targets: string[];
  /** The group's tag, or the set's lists, could not be read whole: the set's rules there must not go. */
  unreadable?: HoldReason;
  problems: Problem[];
}

/** Undefined where the set asks nothing of the group. */
export function wishForGroup(wish: SetWish, group: ObservedGroup, reach: SetReach): GroupWish | undefined {
  const { securityGroups = [], taggedSecurityGroups: tagged } = wish.targets;
  const targets = securityGroups.filter((target) => targetSelects(target, group));
  const tag = tagged && group.tags[GROUP_TAG_PREFIX + wish.set];
  if (targets.length === 0 && tag === undefined) return undefined;

  const rules: GroupWish['rules'] = new Map();
  const want = (wanted: WantedRule) => rules.set(ruleKey(wanted.rule), wanted);
  for (const target of targets) {
    const ports = portsOf(target.ports);
    if (reach.viaList.has(target.name)) for (const rule of references(target.direction, ports, reach)) want(rule);
    else for (const rule of direct(target.direction, ports, wish)) want(rule);
  }
  const { ports, problems } = readTag(
    tag ?? '',
    portsOf(tagged?.allowedPorts ?? []),
    `${GROUP_TAG_PREFIX}${wish.set} of ${group.id} (${group.name})`,
  );
  for (const rule of direct('Ingress', ports, wish)) want(rule);
  const invalid = problems.some(({ reason }) => reason === 'InvalidTag') ? 'InvalidTag' : undefined;
  const unreadable = reach.unread ? 'Blocked' : invalid;
  const names = targets.map(({ name }) => name);
  const standIns = () =>
    targets
      .filter(({ name }) => reach.viaList.has(name))
      .flatMap((target) => direct(target.direction, portsOf(target.ports), wish).map(({ rule }) => rule));
  return { set: wish.set, rules, standIns, targets: names, problems, ...(unreadable && { unreadable }) };
}

function direct(direction: Direction, ports: readonly Ports[], { cidrs }: SetWish): WantedRule[] {
  return cidrs.flatMap(({ cidr, family, description }) =>
    ports.map((port) => ({
      rule: { direction, ...portsFor(family, port), peer: cidr },
      weight: weightOfCidr(cidr),
      description,
    })),
  );
}

function references(direction: Direction, ports: readonly Ports[], reach: SetReach): WantedRule[] {
  return reach.references.flatMap(({ family, peer, name, weight, held }) =>
    ports.map((port) => ({
      rule: { direction, ...portsFor(family, port), peer },
      weight,
      description: name,
      ...(held && { held }),
    })),
  );
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
