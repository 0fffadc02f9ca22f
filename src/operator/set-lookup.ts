import type { Estate } from '../cidr-set/estate.js';
import type { SetLookup } from '../runner-pool/jobs/observe.js';

/** What RunnerPools are told of CidrSets. */
export function setLookup(estate: Estate): SetLookup {
  return (name) => {
    if (!estate.sets.get(name)) return undefined;
    const { cidrs, problem } = estate.resolve(name);
    return { cidrs: cidrs.map(({ cidr }) => cidr), problem };
  };
}
