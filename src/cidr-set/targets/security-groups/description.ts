/** EC2 API reference, IpRange: a rule's description has at most 255 characters. */
const MAX_LENGTH = 255;

/**
 * What we write as a rule's description: the sets that want the rule, then what is there, e.g. `[office, vpn] Berlin`.
 * It is how the next look knows for which sets a rule stands, so the sets come first and are cut last.
 */
export function describeRule(sets: readonly string[], text: string): string {
  return `[${[...sets].sort().join(', ')}] ${text}`.slice(0, MAX_LENGTH).trimEnd();
}

const NAMES = /^\[([-a-z0-9., ]+)\] ?/;

/** A description of ours where the rule stands for fewer sets. */
export function describeForFewer(sets: readonly string[], description: string): string {
  return describeRule(sets, textOf(description));
}

/** What is there, without the sets. */
export function textOf(description: string): string {
  return description.replace(NAMES, '');
}

/** The sets that a description of ours names; undefined when it was cut, or changed by hand. */
export function setsOf(description: string): Set<string> | undefined {
  const [, names] = NAMES.exec(description) ?? [];
  return names === undefined ? undefined : new Set(names.split(', '));
}
