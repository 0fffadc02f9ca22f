import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import { Accounts, type RolePolicy } from './accounts.js';
import { Buckets } from './buckets.js';
import {
  type Answer,
  type CallMatch,
  type CallRecord,
  type EdgeCall,
  matches,
  parseCall,
  Refusal,
  recordOf,
  refusalAnswer,
} from './call.js';
import { ConnectionReset, type Effect, throttling } from './effects.js';
import { Memory } from './memory.js';
import { Pages } from './pages.js';
import { type Action, securityGroupActions } from './security-groups.js';

/** Actions that moto lacks or gets wrong. */
const actions: Record<string, Action> = { ...securityGroupActions };

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
  /** Throttles as EC2 and Route 53 do, or no longer; `now` in milliseconds. */
  buckets(on: boolean, now?: () => number): void;
  /** Says how AssumeRole of a role behaves; without it, anyone may. */
  role(arn: string, policy: RolePolicy): void;
  /** Someone else's hand in an account: its calls are neither counted nor throttled, nor do faults happen to them. */
  readonly clientFor: (accountId: string, region: string) => EC2Client;
  /** Forgets calls, faults, roles, buckets and answers, as must be when upstream is reset; credentials stay good. */
  reset(): void;
  stop(): Promise<void>;
}

export interface EdgeOptions {
  /** moto's URL. */
  upstream: string;
  /** Account of all credentials but those from AssumeRole. */
  accountId?: string;
  port?: number;
}

/** Names the account of a call by someone else's hand. */
const HAND = 'x-edge-hand';
/** What moto tells service, region and protocol by. */
const FORWARDED = ['authorization', 'content-type', 'x-amz-target'];

interface Happening extends Required<Fault> {
  hits: number;
}

export async function startEdge({ upstream, accountId = '111111111111', port = 0 }: EdgeOptions): Promise<Edge> {
  const accounts = new Accounts(accountId);
  const clients = new Map<string, EC2Client>();
  const calls: CallRecord[] = [];
  const faults = new Set<Happening>();
  let buckets: Buckets | undefined;
  const memory = new Memory();
  const pages = new Pages();

  async function forward(call: EdgeCall, params = call.params): Promise<Answer> {
    const headers = new Headers({ 'x-moto-account-id': call.accountId });
    for (const name of FORWARDED) if (call.headers[name]) headers.set(name, call.headers[name]);
    const response = await fetch(upstream + call.path, {
      method: call.method,
      headers,
      ...(call.body && { body: params.size > 0 ? params.toString() : call.body }),
    });
    const contentType = response.headers.get('content-type') ?? '';
    return { status: response.status, contentType, body: await response.text() };
  }

  function carryOut(call: EdgeCall): Promise<Answer> {
    if (call.action === 'AssumeRole') return accounts.assumeRole(call, () => forward(call));
    const action = actions[call.action];
    if (!action) return forward(call);
    return action(call, {
      forward: (params) => forward(call, params),
      ec2: client(upstream, 'x-moto-account-id', call.accountId, call.region),
    });
  }

  /** What AWS would answer: after the faults, which `left` are still to happen. */
  async function answer(call: EdgeCall, [fault, ...left]: readonly Happening[]): Promise<Answer> {
    if (fault) return fault.effect(call, () => answer(call, left));
    return pages.read(call, () => memory.through(call, () => carryOut(call)));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parsed = parseCall(request, await text(request), accounts.ofKey);
    const hand = parsed.headers[HAND];
    const call = hand ? { ...parsed, accountId: hand } : parsed;
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

  function client(endpoint: string, header: string, account: string, region: string): EC2Client {
    const key = `${endpoint} ${account} ${region}`;
    let ec2 = clients.get(key);
    if (!ec2) {
      ec2 = clientWith(endpoint, { [header]: account }, region);
      clients.set(key, ec2);
    }
    return ec2;
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
    clientFor: (account, region) => client(url, HAND, account, region),
    reset() {
      calls.length = 0;
      faults.clear();
      buckets = undefined;
      accounts.forgetRoles();
      memory.forget();
    },
    async stop() {
      for (const each of clients.values()) each.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function clientWith(endpoint: string, headers: Record<string, string>, region: string): EC2Client {
  const ec2 = new EC2Client({ endpoint, region, credentials: { accessKeyId: 'edge', secretAccessKey: 'edge' } });
  ec2.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, headers);
      return next(args);
    },
    { step: 'build' },
  );
  return ec2;
}

/** What upstream refused while an action looked things up, is refused likewise. */
function refusalOf(cause: unknown): Refusal {
  if (cause instanceof Refusal) return cause;
  if (cause instanceof EC2ServiceException) return new Refusal(400, cause.name, cause.message);
  return new Refusal(500, 'InternalError', `the edge failed: ${cause}`);
}
