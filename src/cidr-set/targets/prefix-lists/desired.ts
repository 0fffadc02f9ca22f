import type { Family } from '../../../net/cidr.js';
import type { SetWish } from '../../wish.js';
import type { PlanInput } from '../kind.js';
import { targetSelects } from '../security-groups/select.js';
import { viaOf } from '../security-groups/via.js';
import { baseName, listName } from './size.js';

/** What a set wants one prefix list to be. */
export interface ListWish {
  name: string;
  family: Family;
  set: string;
  mode: SetWish['mode'];
  /** False while the set's CIDRs are not all known. */
  complete: boolean;
  /** Descriptions by CIDR. */
  entries: ReadonlyMap<string, string>;
}

/** The lists of a target `prefixLists`, one for each family, that are shared together. */
export interface ShareWish {
  name: string;
  set: string;
  mode: SetWish['mode'];
  principals: string[];
}

/** EC2 API reference, AddPrefixListEntry. */
const MAX_DESCRIPTION = 255;

/** The lists that targets ask for. One that is there stays when the set has no address of its family left: it is empty then. */
export function listWishes(input: PlanInput): ListWish[] {
  const lists = input.observed.prefixLists?.ok ? input.observed.prefixLists.value.lists : [];
  return [...input.wishes.values()].flatMap((wish) => {
    const { set, mode, complete, cidrs } = wish;
    return baseNames(wish, input).flatMap((base) =>
      ([4, 6] as const).flatMap((family) => {
        const name = listName(base, family);
        const own = cidrs.filter((cidr) => cidr.family === family);
        if (own.length === 0 && !lists.some((list) => list.name === name && list.set === set)) return [];
        const text = (description: string) => description.slice(0, MAX_DESCRIPTION).trimEnd();
        const entries = new Map(own.map(({ cidr, description }) => [cidr, text(description)]));
        return [{ name, family, set, mode, complete, entries }];
      }),
    );
  });
}

function baseNames(wish: SetWish, input: PlanInput): string[] {
  const { prefixLists = [], securityGroups = [] } = wish.targets;
  const groups = input.observed.securityGroups;
  const names = prefixLists.map(({ listName: name = baseName(wish.set) }) => name);
  const viaList = securityGroups
    .filter((target) => !groups?.ok || groups.value.some((group) => targetSelects(target, group)))
    .some((target) => viaOf(target, wish, input).via === 'PrefixList');
  return [...new Set([...names, ...(viaList ? [baseName(wish.set)] : [])])];
}

/** Names of lists that the wish asks for whatever is observed. */
export function certainNames({ set, targets: { prefixLists = [] } }: SetWish): string[] {
  const names = prefixLists.map(({ listName: name = baseName(set) }) => name);
  return names.flatMap((base) => [listName(base, 4), listName(base, 6)]);
}

export function shareWishes(wishes: Iterable<SetWish>): ShareWish[] {
  const found = new Map<string, ShareWish>();
  for (const { set, mode, targets } of wishes) {
    for (const { listName: name = baseName(set), shareWith = [] } of targets.prefixLists ?? []) {
      if (shareWith.length === 0) continue;
      const { principals } = found.get(`${set} ${name}`) ?? { principals: [] };
      found.set(`${set} ${name}`, { name, set, mode, principals: [...new Set([...principals, ...shareWith])].sort() });
    }
  }
  return [...found.values()];
}
