import type { Targets } from '../kind.js';
import type { ObservedGroup } from './observed.js';
import { type Ports, parsePorts } from './ports.js';

export type GroupTarget = NonNullable<Targets['securityGroups']>[number];

export function targetSelects(target: GroupTarget, group: ObservedGroup): boolean {
  if (target.groupIds?.includes(group.id)) return true;
  const tags = Object.entries(target.tags ?? {});
  return tags.length > 0 && tags.every(([key, value]) => group.tags[key] === value);
}

export function portsOf(texts: readonly string[]): Ports[] {
  return texts.flatMap((text) => parsePorts(text) ?? []);
}
