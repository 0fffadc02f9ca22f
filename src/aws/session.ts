import { isDeepStrictEqual } from 'node:util';
import type * as ec2 from '@aws-sdk/client-ec2';
import { EC2Client } from '@aws-sdk/client-ec2';
import type * as eks from '@aws-sdk/client-eks';
import { EKSClient } from '@aws-sdk/client-eks';
import type * as ram from '@aws-sdk/client-ram';
import { RAMClient } from '@aws-sdk/client-ram';
import type * as quotas from '@aws-sdk/client-service-quotas';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type * as wafv2 from '@aws-sdk/client-wafv2';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Client, MetadataBearer } from '@smithy/types';
import { type AwsResult, attempts, type CallTarget, ServiceScope } from './call.js';
import { AwsError, toAwsError } from './errors.js';
import { Limiter } from './limiter.js';

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

type Road<In extends object, Out extends MetadataBearer, Config> = ServiceScope<In, Out, Config>;
export type Ec2Scope = Road<ec2.ServiceInputTypes, ec2.ServiceOutputTypes, ec2.EC2ClientResolvedConfig>;
export type EksScope = Road<eks.ServiceInputTypes, eks.ServiceOutputTypes, eks.EKSClientResolvedConfig>;
export type RamScope = Road<ram.ServiceInputTypes, ram.ServiceOutputTypes, ram.RAMClientResolvedConfig>;
export type QuotasScope = Road<
  quotas.ServiceInputTypes,
  quotas.ServiceOutputTypes,
  quotas.ServiceQuotasClientResolvedConfig
>;
export type Wafv2Scope = Road<wafv2.ServiceInputTypes, wafv2.ServiceOutputTypes, wafv2.WAFV2ClientResolvedConfig>;

/** One account in one region: a road to each service. */
export interface AwsScope {
  readonly ec2: Ec2Scope;
  readonly eks: EksScope;
  readonly ram: RamScope;
  readonly serviceQuotas: QuotasScope;
  readonly wafv2: Wafv2Scope;
}

type Credentials = ReturnType<typeof fromNodeProviderChain>;

const VERIFIED_MS = 3_600_000;

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

type ClientConfig = typeof CLIENT & { region: string; credentials: Credentials };

class RegionClients {
  readonly #config: ClientConfig;
  #ec2?: EC2Client;
  #eks?: EKSClient;
  #ram?: RAMClient;
  #serviceQuotas?: ServiceQuotasClient;
  #wafv2?: WAFV2Client;

  constructor(config: ClientConfig) {
    this.#config = config;
  }
  get ec2(): EC2Client {
    this.#ec2 ??= new EC2Client(this.#config);
    return this.#ec2;
  }
  get eks(): EKSClient {
    this.#eks ??= new EKSClient(this.#config);
    return this.#eks;
  }
  get ram(): RAMClient {
    this.#ram ??= new RAMClient(this.#config);
    return this.#ram;
  }
  get serviceQuotas(): ServiceQuotasClient {
    this.#serviceQuotas ??= new ServiceQuotasClient(this.#config);
    return this.#serviceQuotas;
  }
  get wafv2(): WAFV2Client {
    this.#wafv2 ??= new WAFV2Client(this.#config);
    return this.#wafv2;
  }
}

/** Credentials and clients of one account. */
export class Session {
  readonly config: AccountConfig;
  readonly #limiter: Limiter;
  readonly #sts: STSClient;
  readonly #stsTarget: CallTarget;
  readonly #clients = new Map<string, RegionClients>();
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
    if (this.#verified && performance.now() - this.#verified.at < VERIFIED_MS) {
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

  /** `signal` as in ServiceScope. Clients are made when they are first used, and kept. */
  scope(region: string, signal?: AbortSignal): AwsScope {
    let clients = this.#clients.get(region);
    if (!clients) {
      // The STS client's provider remembers the credentials and renews them five minutes before they expire.
      clients = new RegionClients({ ...CLIENT, region, credentials: this.#sts.config.credentials });
      this.#clients.set(region, clients);
    }
    const known = clients;
    const road = <In extends object, Out extends MetadataBearer, Config>(
      service: string,
      client: Client<In, Out, Config>,
    ) => new ServiceScope(client, { ...this.#stsTarget, region, service }, this.#limiter, signal);
    return {
      get ec2() {
        return road('ec2', known.ec2);
      },
      get eks() {
        return road('eks', known.eks);
      },
      get ram() {
        return road('ram', known.ram);
      },
      get serviceQuotas() {
        return road('servicequotas', known.serviceQuotas);
      },
      get wafv2() {
        return road('wafv2', known.wafv2);
      },
    };
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
