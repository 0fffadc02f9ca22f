import type { EC2ClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-ec2';
import type { AwsResult, ServiceScope } from './call.js';

export interface AccountConfig {
  name: string;
  accountId: string;
  /** Absent: the default credential chain, the operator's own identity. */
  roleArn?: string;
  externalId?: string;
  regions: string[];
}

export interface Identity {
  /** ARN of the role session or user that calls. */
  arn: string;
}

export type Ec2Scope = ServiceScope<ServiceInputTypes, ServiceOutputTypes, EC2ClientResolvedConfig>;

/** Credentials and clients of one account. */
export class Session {
  constructor(readonly config: AccountConfig) {}

  /** Proves that the credentials are those of `accountId`. Asks AWS when credentials changed or an hour is over. */
  async verify(): Promise<AwsResult<Identity>> {
    throw new Error('to come');
  }

  /** `signal` stops waiting, retrying and paging; an attempt on the wire is let finish. */
  ec2(_region: string, _signal?: AbortSignal): Ec2Scope {
    throw new Error('to come');
  }
}

/** The sessions of all accounts. */
export class Sessions {
  /** The account's session; a new one when its config changed. */
  get(_config: AccountConfig): Session {
    throw new Error('to come');
  }

  /** Forgets the account's session with its credentials and clients. */
  drop(_name: string): void {}
}
