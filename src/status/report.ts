import type { Condition } from '../kube/conditions.js';
import { type KubeObject, objectKey } from '../kube/resource.js';
import type { Overview } from '../overview/overview.js';

/** What `sallyport status --output json` prints. */
export interface StatusReport {
  /** Of this shape: fields may be added to it, none is taken away or gets another meaning. */
  version: 1;
  /** Whether all is Ready. */
  well: boolean;
  /** What is not Ready: accounts first, as others wait for them, and what is only under way last. */
  troubles: Trouble[];
  /** What is Ready, and has something to tell all the same: a quota that is nearly used up. */
  notes: Trouble[];
  accounts: AccountRow[];
  sets: SetRow[];
  endpoints: EndpointRow[];
  pools: PoolRow[];
}

export interface Trouble {
  kind: string;
  /** `namespace/name`, or `name`. */
  name: string;
  reason: string;
  /** What is wrong, where, and what to do next. */
  message: string;
  /** It may be well in a moment without anybody's doing. */
  underWay?: boolean;
  /** RFC 3339. */
  since?: string;
}

export interface Row {
  name: string;
  ready: boolean;
  reason: string;
}

export interface AccountRow extends Row {
  accountId: string;
  regions: string[];
}

export interface SetRow extends Row {
  cidrs: number;
  /** Security groups that its targets select. */
  groups: number;
  /** Rules that it wants and that exist; `foreignRules` of them were made by others. */
  rules: number;
  foreignRules: number;
  /** What else it has, by target: `{ "prefixLists": 2 }`; `objectsOmitted` more are not told apart. */
  objects: Record<string, number>;
  objectsOmitted: number;
  /** Changes that could not or must not be made. */
  drift: number;
}

export interface EndpointRow extends Row {
  hosts: string[];
  /** `2/3` */
  endpoints: string;
  records: string;
  interception?: { mode: string; hosts: string };
}

export interface PoolRow extends Row {
  os: string;
  isolation: string;
  /** `3/4`: how many nodes take jobs. */
  nodes: string;
  manager: string;
  roleArn?: string;
  endpoint?: string;
}

type Told = KubeObject & { status?: { observedGeneration?: number; conditions?: Condition[] } };

export function statusReport({ accounts, sets, endpoints, pools }: Overview): StatusReport {
  const all: Told[] = [...accounts, ...sets, ...endpoints, ...pools];
  const troubles = all.flatMap(trouble);
  return {
    version: 1,
    well: troubles.length === 0,
    troubles: [...troubles.filter((each) => !each.underWay), ...troubles.filter((each) => each.underWay)],
    notes: all.flatMap(notes),
    accounts: accounts.map((account) => ({
      ...row(account),
      accountId: account.spec.accountId,
      regions: account.spec.regions,
    })),
    sets: sets.map((set) => {
      const { cidrs = 0, groups = 0, rules = 0, foreignRules = 0, drift = 0 } = set.status ?? {};
      const { objects = [], objectsOmitted = 0 } = set.status ?? {};
      const counted: Record<string, number> = {};
      for (const { target } of objects) counted[target] = (counted[target] ?? 0) + 1;
      return { ...row(set), cidrs, groups, rules, foreignRules, drift, objects: counted, objectsOmitted };
    }),
    endpoints: endpoints.map((endpoint) => {
      const { endpoints: made = '-', records = '-', interception } = endpoint.status ?? {};
      const { mode, hosts = '-' } = interception ?? {};
      return {
        ...row(endpoint),
        hosts: endpoint.spec.hosts.map((host) => host.public),
        endpoints: made,
        records,
        ...(mode && { interception: { mode, hosts } }),
      };
    }),
    pools: pools.map((pool) => {
      const { nodes, isolation, aws, endpointRef } = pool.spec;
      return {
        ...row(pool),
        os: nodes.os,
        isolation: isolation.type,
        nodes: pool.status?.nodes?.ready ?? '-',
        manager: pool.status?.manager?.pods ?? '-',
        ...(aws && { roleArn: aws.roleArn }),
        ...(endpointRef && { endpoint: endpointRef.name }),
      };
    }),
  };
}

function row(object: Told): Row {
  const [found] = trouble(object);
  const reason = found?.reason ?? conditionOf(object, 'Ready')?.reason ?? '';
  return { name: objectKey(object.metadata), ready: !found, reason };
}

/** At most one: why it is not Ready, as the condition at its root says it. */
function trouble(object: Told): Trouble[] {
  const { kind, metadata, status } = object;
  const what = { kind, name: objectKey(metadata) };
  const ready = conditionOf(object, 'Ready');
  if (!ready) return [{ ...what, reason: 'NotSeen', message: NOT_SEEN, underWay: true }];
  if (metadata.deletionTimestamp) {
    const message = ready.message || 'it is being deleted, and goes when all that it made has gone';
    return [
      { ...what, reason: 'Deleting', message, underWay: ready.status !== 'False', since: metadata.deletionTimestamp },
    ];
  }
  if ((ready.observedGeneration ?? status?.observedGeneration) !== metadata.generation) {
    return [{ ...what, reason: 'NotSeen', message: CHANGED, underWay: true }];
  }
  if (ready.status === 'True') return [];
  const root = status?.conditions?.find((each) => each.type !== 'Ready' && each.status === ready.status);
  const { reason, message } = ready.message ? ready : (root ?? ready);
  return [
    {
      ...what,
      reason,
      message,
      since: ready.lastTransitionTime,
      ...(ready.status === 'Unknown' && { underWay: true }),
    },
  ];
}

const NOT_SEEN = 'no operator has looked at it yet: is one running, with its controller switched on?';
const CHANGED = 'it was changed, and no operator has looked at it since';

/** Conditions that Ready doesn't heed. */
function notes(object: Told): Trouble[] {
  if (conditionOf(object, 'Ready')?.status !== 'True') return [];
  const told = object.status?.conditions?.filter(({ status }) => status === 'False') ?? [];
  return told.map(({ reason, message, lastTransitionTime: since }) => ({
    kind: object.kind,
    name: objectKey(object.metadata),
    reason,
    message,
    since,
  }));
}

function conditionOf({ status }: Told, type: string): Condition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}
