import { type Answer, type EdgeCall, Refusal, xml } from './call.js';

interface Paged {
  /** The element of the answer that holds the items. */
  set: string;
  /** How many items a page may be asked to have, by the EC2 API reference of the action. */
  least: number;
  most: number;
  /** How many it has when nobody asks; without it, all. */
  usual?: number;
}

/** Reads that AWS pages and moto doesn't. */
const PAGED: Record<string, Paged> = {
  DescribeSecurityGroups: { set: 'securityGroupInfo', least: 5, most: 1000 },
  DescribeSecurityGroupRules: { set: 'securityGroupRuleSet', least: 5, most: 1000 },
  DescribeManagedPrefixLists: { set: 'prefixListSet', least: 1, most: 100, usual: 100 },
  GetManagedPrefixListEntries: { set: 'entrySet', least: 1, most: 100, usual: 100 },
  GetManagedPrefixListAssociations: { set: 'prefixListAssociationSet', least: 5, most: 255, usual: 255 },
  DescribeNatGateways: { set: 'natGatewaySet', least: 5, most: 1000 },
  DescribeNetworkInterfaces: { set: 'networkInterfaceSet', least: 5, most: 1000 },
  DescribeVpcEndpoints: { set: 'vpcEndpointSet', least: 1, most: 1000 },
  DescribeVpcEndpointConnections: { set: 'vpcEndpointConnectionSet', least: 5, most: 1000 },
  DescribeVpcEndpointServiceConfigurations: { set: 'serviceConfigurationSet', least: 5, most: 1000 },
  DescribeVpcEndpointServicePermissions: { set: 'allowedPrincipals', least: 5, most: 1000 },
  DescribeVpcs: { set: 'vpcSet', least: 5, most: 1000 },
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

  async read(call: EdgeCall, whole: () => Promise<Answer>): Promise<Answer> {
    const { action, params } = call;
    const paged = PAGED[action];
    if (!paged) return whole();
    const { set, least, most, usual = Number.POSITIVE_INFINITY } = paged;
    const asked = params.get('MaxResults');
    const size = Number(asked ?? usual);
    if (asked !== null && !(size >= least && size <= most)) {
      const message = `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value between ${least} and ${most}.`;
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
  const set = PAGED[action]?.set;
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
