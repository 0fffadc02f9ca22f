import { OWNER_TAG } from '../../../api/marks.js';
import { SET_TAG } from '../mark.js';

/**
 * The description of an IP set of ours. ListIPSets gives descriptions but no tags, so this is what an IP set is known by;
 * the tags are there for people and for conditions in IAM policies.
 */
export function markOf(ownerId: string, set: string): string {
  return `${OWNER_TAG}=${ownerId} ${SET_TAG}=${set}`;
}

/** The set that an IP set with this description is for; undefined where it isn't ours. */
export function markedSet(description: string | undefined, ownerId: string): string | undefined {
  const beginning = markOf(ownerId, '');
  return description?.startsWith(beginning) ? description.slice(beginning.length) : undefined;
}

/** What takes the mark's place when an IP set is let go of: WAF does not take an empty description. */
export function releasedMark(set: string): string {
  return `Left by CidrSet ${set}`;
}

/** The set that an IP set with this description was left by; undefined where it wasn't. */
export function leftBy(description: string | undefined): string | undefined {
  const beginning = releasedMark('');
  return description?.startsWith(beginning) ? description.slice(beginning.length) : undefined;
}
