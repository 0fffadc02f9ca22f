import { type Actions, Refusal } from './call.js';

/** How AssumeRole of one role behaves. */
export interface RolePolicy {
  /** The trust policy doesn't let the caller in. */
  denied?: boolean;
  /** What the trust policy asks for. */
  externalId?: string;
  /** The credentials are those of another account than the ARN's. */
  actsIn?: string;
  /** The credentials expire so soon. */
  expiresInSeconds?: number;
}

/** Knows whose each access key is. */
export class Accounts {
  readonly #own: string;
  readonly #byKey = new Map<string, string>();
  readonly #roles = new Map<string, RolePolicy>();

  /** `own`: of all keys that AssumeRole didn't give out. */
  constructor(own: string) {
    this.#own = own;
  }

  ofKey = (accessKey: string): string => handOf(accessKey) ?? this.#byKey.get(accessKey) ?? this.#own;

  /** Whether AssumeRole gave it out. */
  isRole(accessKey: string): boolean {
    return this.#byKey.has(accessKey);
  }

  setRole(arn: string, policy: RolePolicy): void {
    this.#roles.set(arn, policy);
  }

  forgetRoles(): void {
    this.#roles.clear();
  }

  readonly actions: Actions = {
    /** moto lets anyone assume any role. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
    AssumeRole: async ({ accountId, params }, forward) => {
      const arn = params.get('RoleArn') ?? '';
      const { denied, externalId, actsIn = arn.split(':')[4] ?? '', expiresInSeconds } = this.#roles.get(arn) ?? {};
      if (denied || (externalId && params.get('ExternalId') !== externalId)) {
        const caller = `arn:aws:sts::${accountId}:assumed-role/operator/operator`;
        const message = `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
        throw new Refusal(403, 'AccessDenied', message);
      }
      params.set('RoleArn', arn.replace(/\d{12}/, actsIn));
      const answer = await forward();
      const [, accessKey] = /<AccessKeyId>(\w+)</.exec(answer.body) ?? [];
      if (accessKey) this.#byKey.set(accessKey, actsIn);
      if (expiresInSeconds === undefined) return answer;
      const expiration = new Date(Date.now() + expiresInSeconds * 1000).toISOString();
      return { ...answer, body: answer.body.replace(/(<Expiration>)[^<]*/, `$1${expiration}`) };
    },
  };
}

/** The access key of someone else's hand in an account. */
export function handKey(accountId: string): string {
  return `hand-${accountId}`;
}

/** Whose hand an access key is, if it is one. */
export function handOf(accessKey: string): string | undefined {
  return /^hand-(\d{12})$/.exec(accessKey)?.[1];
}
