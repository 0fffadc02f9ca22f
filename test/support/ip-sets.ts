import {
  CreateIPSetCommand,
  CreateWebACLCommand,
  DeleteIPSetCommand,
  DeleteWebACLCommand,
  GetIPSetCommand,
  GetWebACLCommand,
  ListIPSetsCommand,
  ListTagsForResourceCommand,
  type Scope,
  UpdateIPSetCommand,
  type WAFV2Client,
} from '@aws-sdk/client-wafv2';

export interface SeenIpSet {
  id: string;
  arn: string;
  lockToken: string;
  description: string;
  addresses: string[];
  tags: Record<string, string>;
}

/** WAF of one account and region, and what people do there by hand. */
export class IpSets {
  readonly #waf: WAFV2Client;
  readonly #scope: Scope;

  constructor(waf: WAFV2Client, scope: Scope = 'REGIONAL') {
    this.#waf = waf;
    this.#scope = scope;
  }

  async names(): Promise<string[]> {
    const { IPSets = [] } = await this.#waf.send(new ListIPSetsCommand({ Scope: this.#scope, Limit: 100 }));
    return IPSets.map(({ Name = '' }) => Name).sort();
  }

  /** Undefined where there is none of that name. */
  async see(Name: string): Promise<SeenIpSet | undefined> {
    const { IPSets = [] } = await this.#waf.send(new ListIPSetsCommand({ Scope: this.#scope, Limit: 100 }));
    const Id = IPSets.find((ipSet) => ipSet.Name === Name)?.Id;
    if (Id === undefined) return undefined;
    const { IPSet, LockToken = '' } = await this.#waf.send(new GetIPSetCommand({ Name, Scope: this.#scope, Id }));
    const { ARN: arn = '', Description: description = '', Addresses: addresses = [] } = IPSet ?? {};
    const { TagInfoForResource } = await this.#waf.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    const tags = Object.fromEntries(
      (TagInfoForResource?.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
    );
    return { id: Id, arn, lockToken: LockToken, description, addresses: [...addresses].sort(), tags };
  }

  async make(Name: string, ...Addresses: string[]): Promise<void> {
    await this.#waf.send(new CreateIPSetCommand({ Name, Scope: this.#scope, IPAddressVersion: 'IPV4', Addresses }));
  }

  async write(Name: string, ...Addresses: string[]): Promise<void> {
    const { id: Id, lockToken: LockToken, description: Description } = await this.#known(Name);
    const input = { Name, Scope: this.#scope, Id, LockToken, Description, Addresses };
    await this.#waf.send(new UpdateIPSetCommand(input));
  }

  async remove(Name: string): Promise<void> {
    const { id: Id, lockToken: LockToken } = await this.#known(Name);
    await this.#waf.send(new DeleteIPSetCommand({ Name, Scope: this.#scope, Id, LockToken }));
  }

  /** Makes a web ACL that lets in nobody but the IP set's addresses; returns what deletes it. */
  async use(Name: string): Promise<() => Promise<void>> {
    const { arn: ARN } = await this.#known(Name);
    const VisibilityConfig = { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: false, MetricName: 'acl' };
    const rule = {
      Name: 'allow',
      Priority: 0,
      Action: { Allow: {} },
      Statement: { IPSetReferenceStatement: { ARN } },
      VisibilityConfig,
    };
    const acl = { Name: `for-${Name}`, Scope: this.#scope };
    const { Summary } = await this.#waf.send(
      new CreateWebACLCommand({ ...acl, DefaultAction: { Block: {} }, Rules: [rule], VisibilityConfig }),
    );
    return async () => {
      const { LockToken } = await this.#waf.send(new GetWebACLCommand({ ...acl, Id: Summary?.Id }));
      await this.#waf.send(new DeleteWebACLCommand({ ...acl, Id: Summary?.Id, LockToken }));
    };
  }

  async #known(name: string): Promise<SeenIpSet> {
    const found = await this.see(name);
    if (!found) throw new Error(`there is no IP set ${name}`);
    return found;
  }
}
