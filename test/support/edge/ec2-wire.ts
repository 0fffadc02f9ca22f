import { type Answer, type EdgeCall, escapeXml, Refusal, xml } from './call.js';

export type Wire = string | number | boolean | undefined | Wire[] | { readonly [element: string]: Wire };

/** An answer of EC2; its elements have their names on the wire: `prefixListSet`. */
export function ec2Answer({ action }: EdgeCall, body: Wire): Answer {
  return xml(200, `<${action}Response>${elements(body)}</${action}Response>`);
}

/** An answer that names those of the ids that `work` refuses. */
export async function unsuccessful(
  call: EdgeCall,
  ids: readonly string[],
  work: (id: string) => Promise<void>,
): Promise<Answer> {
  const refused: Wire[] = [];
  for (const id of ids) {
    try {
      await work(id);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      refused.push({ resourceId: id, error: { code: cause.code, message: cause.message } });
    }
  }
  return ec2Answer(call, { unsuccessful: refused });
}

export function invalidParameter(message: string): Refusal {
  return new Refusal(400, 'InvalidParameter', message);
}

function elements(value: Wire): string {
  if (Array.isArray(value)) return value.map((item) => `<item>${elements(item)}</item>`).join('');
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<${name}>${elements(inner)}</${name}>`)
    .join('');
}

export function tagSet(tags: ReadonlyMap<string, string>): Wire {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** The structures of a list parameter: of `Entry` those of `Entry.1.Cidr`, `Entry.1.Description`, `Entry.2.Cidr`. */
export function structures(params: URLSearchParams, list: string): Record<string, string>[] {
  const found = new Map<string, Record<string, string>>();
  for (const [name, value] of params) {
    const [, index, member] = new RegExp(`^${list}\\.(\\d+)\\.(.+)$`).exec(name) ?? [];
    if (index && member) found.set(index, { ...found.get(index), [member]: value });
  }
  return [...found.values()];
}

/** The strings of a list parameter: of `PrefixListId` those of `PrefixListId.1`, `PrefixListId.2`. */
export function strings(params: URLSearchParams, list: string): string[] {
  return [...params].flatMap(([name, value]) => (new RegExp(`^${list}\\.\\d+$`).test(name) ? [value] : []));
}

/** Tags that a create call wants on what it makes. */
export function askedTags(params: URLSearchParams): Map<string, string> {
  return new Map(structures(params, 'TagSpecification.1.Tag').map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** What filters look at: the values by the filter's name, and tags. */
export interface Filterable {
  values: Record<string, string | undefined>;
  tags: ReadonlyMap<string, string>;
}

/**
 * Whether something matches all filters; `*` and `?` in their values are wildcards.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
 */
export function matchesFilters(params: URLSearchParams, { values, tags }: Filterable): boolean {
  return structures(params, 'Filter').every(({ Name = '', ...rest }) => {
    const candidates = () => {
      if (Name === 'tag-key') return [...tags.keys()];
      if (Name.startsWith('tag:')) return [tags.get(Name.slice(4))];
      if (Name in values) return [values[Name]];
      throw new Refusal(400, 'InvalidParameterValue', `The filter '${Name}' is invalid`);
    };
    const patterns = Object.values(rest).map(globOf);
    return candidates().some((value) => value !== undefined && patterns.some((pattern) => pattern.test(value)));
  });
}

function globOf(value: string): RegExp {
  const escaped = value.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
