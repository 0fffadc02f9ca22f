import { isDeepStrictEqual } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Client, MetadataBearer } from '@smithy/types';
import { type AwsResult, attempts, type CallTarget, ServiceScope } from './call.js';
import { AwsError, toAwsError } from './errors.js';
import { Limiter } from './limiter.js';
import { type Quotas, readQuotas } from './quotas.js';
import { type AwsScope, CLIENTS, type Clients } from './services.js';

export interface AccountConfig {
  /** Name of the AwsAccount. */
  name: string;
  /** Twelve digits. */
  accountId: string;
  /** Absent: the default credential chain, the operator's own identity. */
  roleArn?: string;
  externalId?: string;
  /** At least one; STS is asked in the first. */
  regions: string[];
}

export interface Identity {
  /** ARN of the role session or user that calls are made as. */
  arn: string;
}

type Credentials = ReturnType<typeof fromNodeProviderChain>;

/** How long the answers of STS and Service Quotas are good for. */
const GOOD_MS = 3_600_000;

/** Milliseconds. The SDK itself sets no deadline. */
const CLIENT = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    socketTimeout: 30_000,
    throwOnRequestTimeout: true,
  },
};

/** Credentials and clients of one account. */
export class Session {
  readonly config: AccountConfig;
  readonly #limiter: Limiter;
  readonly #sts: STSClient;
  readonly #stsTarget: CallTarget;
  readonly #clients = new Map<string, Clients[keyof Clients]>();
  /** By region. */
  readonly #quotas = new Map<string, { quotas: Quotas; at: number }>();
  #verified: { identity: Identity; at: number } | undefined;

  /** `chain`: the operator's own credentials. */
  constructor(config: AccountConfig, chain: Credentials, limiter: Limiter) {
    const { name: account, accountId } = config;
    const [region = ''] = config.regions;
    this.config = config;
    this.#limiter = limiter;
    this.#stsTarget = { account, accountId, region, service: 'sts' };
    const provider = config.roleArn ? this.#assume(config.roleArn, chain) : chain;
    const credentials: Credentials = (options) => {
      this.#verified = undefined;
      return provider(options);
    };
    this.#sts = new STSClient({ ...CLIENT, region, credentials });
  }

  /** Proves that the credentials are those of `accountId`; asks AWS when they are new or an hour is over. */
  async verify(): Promise<AwsResult<Identity>> {
    const { accountId } = this.config;
    if (this.#verified && performance.now() - this.#verified.at < GOOD_MS) {
      return { ok: true, value: this.#verified.identity };
    }
    const answer = await new ServiceScope(this.#sts, this.#stsTarget, this.#limiter).send(
      new GetCallerIdentityCommand(),
    );
    if (!answer.ok) return answer;
    const { Account, Arn: arn = '' } = answer.value;
    if (Account !== accountId) {
      const message = `the credentials are those of account ${Account} (${arn}), not of ${accountId}`;
      const call = { ...this.#stsTarget, action: 'GetCallerIdentity' };
      return { ok: false, error: new AwsError(call, { class: 'WrongAccount', code: 'WrongAccount', message }) };
    }
    this.#verified = { identity: { arn }, at: performance.now() };
    return { ok: true, value: this.#verified.identity };
  }

  /** `signal` as in ServiceScope. */
  scope(region: string, signal?: AbortSignal): AwsScope {
    const road = <In extends object, Out extends MetadataBearer, Config>(
      service: keyof Clients,
      client: Client<In, Out, Config>,
    ) => new ServiceScope(client, { ...this.#stsTarget, region, service }, this.#limiter, signal);
    const client = <S extends keyof Clients>(service: S) => this.#client(service, region);
    return {
      get ec2() {
        return road('ec2', client('ec2'));
      },
      get eks() {
        return road('eks', client('eks'));
      },
      get elasticLoadBalancing() {
        return road('elasticloadbalancing', client('elasticloadbalancing'));
      },
      get ram() {
        return road('ram', client('ram'));
      },
      get route53() {
        return road('route53', client('route53'));
      },
      get serviceQuotas() {
        return road('servicequotas', client('servicequotas'));
      },
      get wafv2() {
        return road('wafv2', client('wafv2'));
      },
    };
  }

  /** Asks AWS when an hour is over. */
  async quotas(region: string, signal?: AbortSignal): Promise<Quotas> {
    const known = this.#quotas.get(region);
    if (known && performance.now() - known.at < GOOD_MS) return known.quotas;
    const { quotas, settled } = await readQuotas(this.scope(region, signal).serviceQuotas);
    if (settled) this.#quotas.set(region, { quotas, at: performance.now() });
    return settled || !known ? quotas : known.quotas;
  }

  /** Made when it is first used: few accounts use every service. */
  #client<S extends keyof Clients>(service: S, region: string): Clients[S] {
    const key = `${service} ${region}`;
    // The STS client's provider remembers the credentials and renews them five minutes before they expire.
    const client =
      this.#clients.get(key) ?? new CLIENTS[service]({ ...CLIENT, region, credentials: this.#sts.config.credentials });
    this.#clients.set(key, client);
    return client as Clients[S];
  }

  #assume(roleArn: string, chain: Credentials): Credentials {
    const call = { ...this.#stsTarget, action: 'AssumeRole', resource: roleArn };
    const { name, externalId } = this.config;
    const assumeRole = fromTemporaryCredentials({
      masterCredentials: chain,
      params: {
        RoleArn: roleArn,
        RoleSessionName: `sallyport-${name}`.slice(0, 64),
        ...(externalId && { ExternalId: externalId }),
      },
      clientConfig: { ...CLIENT, region: call.region },
      clientPlugins: [attempts(call, this.#limiter)],
    });
    return async (options) => {
      try {
        return await assumeRole(options);
      } catch (cause) {
        throw toAwsError(cause, call);
      }
    };
  }
}

/** The sessions of all accounts. */
export class Sessions {
  readonly #chain = fromNodeProviderChain();
  readonly #limiter = new Limiter();
  readonly #sessions = new Map<string, Session>();

  /** The account's session: the same one until its config changes. */
  get(config: AccountConfig): Session {
    const known = this.#sessions.get(config.name);
    if (known && isDeepStrictEqual(known.config, config)) return known;
    const session = new Session(config, this.#chain, this.#limiter);
    this.#sessions.set(config.name, session);
    return session;
  }

  /** Forgets the account's credentials and clients. */
  drop(name: string): void {
    this.#sessions.delete(name);
  }
}
