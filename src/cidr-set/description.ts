/** EC2 API reference, IpRange: a rule's description has at most 255 characters. */
const MAX_LENGTH = 255;

/**
 * What we write as a rule's description: the sets that want the rule, then what is there, e.g. `office, vpn: Berlin`.
 * It is how the next look knows for which sets a rule stands, so the sets come first and are cut last.
 */
export function describeRule(sets: readonly string[], text: string): string {
  const names = [...sets].sort().join(', ');
  if (names.length > MAX_LENGTH) return `${names.slice(0, MAX_LENGTH - 4).replace(/, [^,]*$/, '')}, ...`;
  const detail = text.trim();
  return (detail ? `${names}: ${detail}` : names).slice(0, MAX_LENGTH).trimEnd();
}

/** The sets that a description of ours names; undefined when it was cut, or changed by hand. */
export function setsOf(description: string): Set<string> | undefined {
  const names = description.split(': ', 1)[0]?.split(', ') ?? [];
  return names.every((name) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) ? new Set(names) : undefined;
}
