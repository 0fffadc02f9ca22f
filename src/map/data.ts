/** All that the page shows, as plain values in the order in which it shows them. An `id` is unique in the page. */
export interface MapData {
  /** The owner id of the install. */
  owner: string;
  /** When the cluster and AWS were read, in ISO 8601. */
  readAt: string;
  troubles: Trouble[];
  /** Each list of CIDRs that a grant refers to by its place here: most groups take one of a few. */
  cidrs: string[][];
  sets: SetItem[];
  pools: PoolItem[];
  endpoints: EndpointItem[];
  accounts: AccountItem[];
  targets: TargetItem[];
}

/** What is not as declared, or could not be read. */
export interface Trouble {
  /** The item that it is about, where there is one. */
  id?: string;
  title: string;
  reason: string;
  message: string;
}

export interface SetItem {
  id: string;
  name: string;
  /** Nothing is written for it. */
  planOnly?: true;
  /** Its own; those of the sets that it includes are theirs. */
  entries: { cidr: string; description: string }[];
  includes: string[];
}

export interface PoolItem {
  id: string;
  name: string;
  /** Id of the endpoint that its jobs go through. */
  endpoint?: string;
  facts: Fact[];
}

export interface Fact {
  term: string;
  text: string;
}

/** A set, at ports such as `tcp/443`; no ports: at all of them. */
export interface Opening {
  set: string;
  ports: string[];
}

export interface EndpointItem {
  id: string;
  name: string;
  hosts: { public: string; private?: string; registry?: true }[];
  facts: Fact[];
  consumers: ConsumerItem[];
}

export interface ConsumerItem {
  id: string;
  /** Id of the region that it is in, and that in words. */
  place: string;
  where: string;
  name: string;
  /** Whether it is as declared, in a word. */
  state: string;
  facts: string[];
  allows: Opening[];
}

/** An AwsAccount, or the cluster itself. */
export interface AccountItem {
  id: string;
  name: string;
  accountId?: string;
  regions: RegionItem[];
}

export interface RegionItem {
  id: string;
  name: string;
  /** What could not be read there: what the status of sets tells takes its place. */
  unread?: string;
  told: { set: string; groups: number }[];
}

/** What sets are written to. */
export interface TargetItem {
  id: string;
  /** Id of the region that it is in. */
  place: string;
  target: 'securityGroups' | 'prefixLists' | 'wafIpSets' | 'eksPublicAccess' | 'networkPolicies';
  /** AWS's, or `namespace/name`. */
  key: string;
  name: string;
  grants: Grant[];
  /** What else there is to say of it. */
  notes: string[];
}

/** CIDRs that are let in, or out, at the same ports for the same reason. */
export interface Grant {
  /** The sets that it stands for; none of what no set wants, and of what does not say. */
  sets: string[];
  /** This install made it. */
  owned?: true;
  /** Members of the group reach out to the CIDRs. */
  out?: true;
  /** Of what only holds CIDRs, none. */
  ports: string[];
  /** Place in MapData.cidrs. */
  cidrs: number;
  /** CIDRs within them that are not let in. */
  except?: string[];
  /** The prefix list that holds them. */
  via?: string;
  /** What others say of it. */
  description?: string;
}
