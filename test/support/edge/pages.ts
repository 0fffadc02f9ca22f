import { type Answer, type EdgeCall, Refusal, xml } from './call.js';

/** Reads that AWS pages and moto doesn't, and the element of their answer that holds the items. */
const PAGED: Record<string, string> = {
  DescribeSecurityGroups: 'securityGroupInfo',
  DescribeSecurityGroupRules: 'securityGroupRuleSet',
};

/** The token of a page that starts at the beginning. */
export const EMPTY_FIRST_PAGE = 'edge-empty-first-page';

/** Pages that clients may still come back for. */
const KEPT = 1_000;

interface Rest {
  items: readonly string[];
  from: number;
}

/** Cuts whole answers into pages; the pages of one read are of one moment. */
export class Pages {
  readonly #rests = new Map<string, Rest>();
  #made = 0;

  /** EC2 API reference, DescribeSecurityGroups and ...Rules: MaxResults is 5 to 1000; without it all items come. */
  async read(call: EdgeCall, whole: () => Promise<Answer>): Promise<Answer> {
    const { action, params } = call;
    const set = PAGED[action];
    if (!set) return whole();
    const size = Number(params.get('MaxResults') ?? Number.POSITIVE_INFINITY);
    if (size < 5 || (size > 1000 && size !== Number.POSITIVE_INFINITY)) {
      const message = `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`;
      throw new Refusal(400, 'InvalidParameterValue', message);
    }
    const token = params.get('NextToken');
    params.delete('MaxResults');
    params.delete('NextToken');
    if (token && token !== EMPTY_FIRST_PAGE) {
      const rest = this.#rests.get(token);
      if (!rest) throw new Refusal(400, 'InvalidPaginationToken', 'The pagination token is not valid.');
      return this.#page(action, rest, size);
    }
    const answer = await whole();
    if (answer.status !== 200) return answer;
    return this.#page(action, { items: itemsOf(answer.body, set), from: 0 }, size);
  }

  #page(action: string, { items, from }: Rest, size: number): Answer {
    const to = from + size;
    if (to >= items.length) return page(action, items.slice(from));
    const token = `edge-page-${++this.#made}`;
    this.#rests.set(token, { items, from: to });
    for (const oldest of this.#rests.keys()) {
      if (this.#rests.size <= KEPT) break;
      this.#rests.delete(oldest);
    }
    return page(action, items.slice(from, to), token);
  }
}

export function emptyPage(action: string, token: string): Answer {
  return page(action, [], token);
}

function page(action: string, items: readonly string[], token?: string): Answer {
  const set = PAGED[action];
  const next = token ? `<nextToken>${token}</nextToken>` : '';
  return xml(200, `<${action}Response><${set}>${items.join('')}</${set}>${next}</${action}Response>`);
}

/** The items of one list of an EC2 answer, as text. */
export function itemsOf(body: string, set: string): string[] {
  const start = body.indexOf(`<${set}>`);
  if (start < 0) return [];
  const list = body.slice(start + set.length + 2, body.lastIndexOf(`</${set}>`));
  const items: string[] = [];
  let depth = 0;
  let begin = 0;
  for (const { 0: tag, index } of list.matchAll(/<\/?item>/g)) {
    if (tag === '<item>' && depth++ === 0) begin = index;
    if (tag === '</item>' && --depth === 0) items.push(list.slice(begin, index + tag.length));
  }
  return items;
}
