import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { WAFV2Client, WAFV2ServiceException } from '@aws-sdk/client-wafv2';
import type { PolicyDocument } from '../../../src/iam/policy.js';
import { Accounts, handKey, handOf, type RolePolicy } from './accounts.js';
import { Buckets } from './buckets.js';
import {
  type Actions,
  type Answer,
  type CallMatch,
  type CallRecord,
  type EdgeCall,
  matches,
  Refusal,
  recordOf,
  refusalAnswer,
} from './call.js';
import { ConnectionReset, type Effect, throttling } from './effects.js';
import { Eks } from './eks.js';
import { HostedZones } from './hosted-zones.js';
import { Guard } from './iam/guard.js';
import { LaunchTemplates } from './launch-templates.js';
import { LoadBalancers } from './load-balancers.js';
import { Memory } from './memory.js';
import { NatGateways } from './nat-gateways.js';
import { Pages } from './pages.js';
import { parseCall } from './parse.js';
import { PrefixLists } from './prefix-lists.js';
import { PrivateLink } from './private-link.js';
import { Quotas } from './quotas.js';
import { ResourceShares } from './ram.js';
import { route53Actions } from './route53.js';
import { securityGroupActions } from './security-groups.js';
import { Settling } from './settling.js';
import { tagActions } from './tags.js';
import { wafActions } from './waf.js';

export interface Fault {
  /** Without it, all calls. */
  match?: CallMatch;
  effect: Effect;
  /** How many calls it happens to; without it, all until it is stopped. */
  times?: number;
}

export interface ActiveFault {
  /** Calls it has happened to. */
  readonly hits: number;
  stop(): void;
}

/** AWS as clients see it: an emulator, with AWS's limits and bad days. */
export interface Edge {
  /** The endpoint of all services. */
  readonly url: string;
  /** Every attempt in the order it came, those too that no answer was given to. */
  readonly calls: readonly CallRecord[];
  /** How many of the calls match. */
  count(match?: CallMatch): number;
  /** Faults that match the same call happen to it together, the first one outermost. */
  fault(fault: Fault): ActiveFault;
  /** Throttles as AWS does, or no longer; `now` in milliseconds. */
  buckets(on: boolean, now?: () => number): void;
  /** Says how AssumeRole of a role behaves; without it, anyone may. */
  role(arn: string, policy: RolePolicy): void;
  /**
   * What roles are granted, instead of the policies that `sallyport iam policy` prints of all controllers. What is
   * called by other credentials than those of a role is somebody else's business.
   */
  permit(policies: readonly PolicyDocument[]): void;
  /** How many reads see a change in progress that AWS takes its time for: one, unless told otherwise. */
  readonly settling: Pick<Settling, 'take' | 'finish'>;
  /** What AWS granted accounts. */
  readonly quotas: Pick<Quotas, 'set'>;
  readonly natGateways: Pick<NatGateways, 'setState'>;
  readonly privateLink: Pick<PrivateLink, 'setEndpointState' | 'setPrivateDnsState'>;
  /** Someone else's hand in an account: its calls are neither counted nor throttled, nor do faults happen to them. */
  client<C extends AnyClient>(Client: new (config: HandConfig) => C, accountId: string, region: string): C;
  /** The same for EC2. */
  readonly clientFor: (accountId: string, region: string) => EC2Client;
  /** Forgets calls, faults, roles, what they are granted, quotas, buckets, answers, as must be when upstream is reset; credentials stay good. */
  reset(): void;
  /** Empties all accounts of what the edge itself keeps, as must be when upstream is reset. */
  empty(): void;
  stop(): Promise<void>;
}

export interface EdgeOptions {
  /** moto's URL. */
  upstream: string;
  /** Account of all credentials but those from AssumeRole. */
  accountId?: string;
  port?: number;
}

export interface HandConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

interface AnyClient {
  destroy(): void;
}

/** What moto tells service, region and protocol by. */
const FORWARDED = ['authorization', 'content-type', 'x-amz-target'];

interface Happening extends Required<Fault> {
  hits: number;
}

export async function startEdge({ upstream, accountId = '111111111111', port = 0 }: EdgeOptions): Promise<Edge> {
  const accounts = new Accounts(accountId);
  const clients = new Map<string, AnyClient>();
  const calls: CallRecord[] = [];
  const faults = new Set<Happening>();
  let buckets: Buckets | undefined;
  const memory = new Memory();
  const pages = new Pages();
  const settling = new Settling();
  const quotas = new Quotas();
  const shares = new ResourceShares();
  const eks = new Eks(settling);
  const ec2 = (account: string, region: string) => client(EC2Client, account, region);
  const natGateways = new NatGateways(ec2);
  const launchTemplates = new LaunchTemplates(ec2);
  const prefixLists = new PrefixLists({ ec2, quotas, shares, settling });
  const loadBalancers = new LoadBalancers((account, region) => client(ElasticLoadBalancingV2Client, account, region));
  const hostedZones = new HostedZones({ ec2, settling });
  const privateLink = new PrivateLink({ ec2, loadBalancers, hostedZones, quotas, settling });

  const waf = (account: string, region: string) => client(WAFV2Client, account, region);
  const guard = new Guard({ ec2, waf, holders: [prefixLists, privateLink, shares, eks] });

  /** What moto lacks or gets wrong, by service. */
  const actions: Record<string, Actions> = {
    ec2: {
      ...securityGroupActions({ ec2, prefixLists, quotas }),
      ...prefixLists.actions,
      ...natGateways.actions,
      ...launchTemplates.actions,
      ...privateLink.actions,
      ...tagActions(prefixLists, privateLink),
    },
    eks: eks.actions,
    elasticloadbalancing: loadBalancers.actions,
    ram: shares.actions,
    route53: route53Actions(hostedZones),
    servicequotas: quotas.actions,
    sts: accounts.actions,
    wafv2: wafActions(waf),
  };

  async function forward(call: EdgeCall, changed: URLSearchParams | object = call.params): Promise<Answer> {
    const headers = new Headers({ 'x-moto-account-id': call.accountId });
    for (const name of FORWARDED) if (call.headers[name]) headers.set(name, call.headers[name]);
    const response = await fetch(upstream + call.path, {
      method: call.method,
      headers,
      ...(call.body && { body: bodyOf(call, changed) }),
    });
    const contentType = response.headers.get('content-type') ?? '';
    return { status: response.status, contentType, body: await response.text() };
  }

  async function carryOut(call: EdgeCall): Promise<Answer> {
    if (call.dryRun) throw wouldHaveSucceeded();
    const action = actions[call.service]?.[call.action];
    return action ? action(call, (changed) => forward(call, changed)) : forward(call);
  }

  /** What AWS would answer: after the faults, which `left` are still to happen. */
  async function answer(call: EdgeCall, [fault, ...left]: readonly Happening[]): Promise<Answer> {
    if (fault) return fault.effect(call, () => answer(call, left));
    if (handOf(call.accessKey) === undefined) await guard.check(call, accounts.isRole(call.accessKey) ? 'role' : 'own');
    return pages.read(call, () => memory.through(call, () => carryOut(call)));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = parseCall(request, await text(request), accounts.ofKey);
    const hand = handOf(call.accessKey) !== undefined;
    const record = recordOf(call);
    if (!hand) calls.push(record);
    const send = ({ status, contentType, body }: Answer) => {
      record.status = status;
      response.writeHead(status, { 'content-type': contentType }).end(body);
    };
    try {
      if (!hand && buckets?.take(call) === false) throw throttling(call);
      const happening = hand ? [] : [...faults].filter((fault) => matches(call, fault.match));
      for (const fault of happening) {
        fault.hits += 1;
        if (fault.hits >= fault.times) faults.delete(fault);
      }
      send(await answer(call, happening));
    } catch (cause) {
      if (!(cause instanceof ConnectionReset)) send(refusalAnswer(call, refusalOf(cause)));
      // The client is leaving by itself; Node 20 would spin at its exit after a reset that comes too late.
      else if (request.socket.writableEnded) request.socket.destroy();
      else request.socket.resetAndDestroy();
    }
  }

  function client<C extends AnyClient>(Client: new (config: HandConfig) => C, account: string, region: string): C {
    const key = `${Client.name} ${account} ${region}`;
    const there = clients.get(key);
    if (there instanceof Client) return there;
    const credentials = { accessKeyId: handKey(account), secretAccessKey: 'hand' };
    const made = new Client({ endpoint: url, region, credentials });
    clients.set(key, made);
    return made;
  }

  // It rejects when a client goes away in the middle of its request.
  const server = createServer((request, response) => handle(request, response).catch(() => response.destroy()));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    calls,
    count: (match = {}) => calls.filter((call) => matches(call, match)).length,
    fault({ match = {}, effect, times = Number.POSITIVE_INFINITY }) {
      const fault = { match, effect, times, hits: 0 };
      faults.add(fault);
      return {
        get hits() {
          return fault.hits;
        },
        stop: () => faults.delete(fault),
      };
    },
    buckets(on, now = () => performance.now()) {
      buckets = on ? new Buckets(now) : undefined;
    },
    role: (arn, policy) => accounts.setRole(arn, policy),
    permit: (policies) => guard.permit(policies),
    settling,
    quotas,
    natGateways,
    privateLink,
    client,
    clientFor: ec2,
    reset() {
      calls.length = 0;
      faults.clear();
      buckets = undefined;
      accounts.forgetRoles();
      guard.reset();
      quotas.reset();
      settling.take(1);
      memory.forget();
    },
    empty() {
      const kept = [prefixLists, natGateways, launchTemplates, shares, eks, loadBalancers, hostedZones, privateLink];
      for (const each of kept) each.empty();
    },
    async stop() {
      for (const each of clients.values()) each.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html, DryRun */
function wouldHaveSucceeded(): Refusal {
  return new Refusal(412, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
}

function bodyOf({ params, body }: EdgeCall, changed: URLSearchParams | object): string {
  if (!(changed instanceof URLSearchParams)) return JSON.stringify(changed);
  return params.size > 0 ? changed.toString() : body;
}

/** What was refused while an action looked things up, is refused likewise. */
function refusalOf(cause: unknown): Refusal {
  if (cause instanceof Refusal) return cause;
  if (cause instanceof EC2ServiceException || cause instanceof WAFV2ServiceException) {
    return new Refusal(400, cause.name, cause.message);
  }
  return new Refusal(500, 'InternalError', `the edge failed: ${cause}`);
}
