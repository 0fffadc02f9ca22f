import {
  type ElasticLoadBalancingV2Client,
  type LoadBalancer,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Actions, Refusal } from './call.js';
import { strings } from './ec2-wire.js';

/** Of ARNs in a call. */
const MOST = 20;
const NETWORK = /:loadbalancer\/net\//;

type ClientFor = (accountId: string, region: string) => ElasticLoadBalancingV2Client;

/**
 * Load balancers are moto's, but it knows nothing of PrivateLink, answers for an unknown ARN after a known one with
 * the known one again, has tags of what doesn't exist, several of one name, and no limits.
 */
export class LoadBalancers {
  readonly #elb: ClientFor;
  /** Whether security groups apply to PrivateLink traffic, of network load balancers that have any. */
  readonly #enforced = new Map<string, string>();

  constructor(elb: ClientFor) {
    this.#elb = elb;
  }

  empty(): void {
    this.#enforced.clear();
  }

  /** Those of the ARNs that exist. */
  async find(arns: readonly string[], accountId: string, region: string): Promise<LoadBalancer[]> {
    const all = await this.#all(accountId, region);
    return all.filter(({ LoadBalancerArn = '' }) => arns.includes(LoadBalancerArn));
  }

  async #all(accountId: string, region: string): Promise<LoadBalancer[]> {
    const all: LoadBalancer[] = [];
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers(
      { client: this.#elb(accountId, region) },
      {},
    )) {
      all.push(...LoadBalancers);
    }
    return all;
  }

  readonly actions: Actions = {
    /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
    CreateLoadBalancer: async (call, forward) => {
      const name = call.params.get('Name') ?? '';
      if ((await this.#all(call.accountId, call.region)).some(({ LoadBalancerName }) => LoadBalancerName === name)) {
        throw new Refusal(400, 'DuplicateLoadBalancerName', 'A load balancer with the same name already exists');
      }
      const answer = await forward();
      const [, arn = ''] = /<LoadBalancerArn>([^<]+)/.exec(answer.body) ?? [];
      if (NETWORK.test(arn) && strings(call.params, 'SecurityGroups.member').length > 0) this.#enforced.set(arn, 'on');
      return { ...answer, body: this.#completed(answer.body) };
    },

    /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
    DescribeLoadBalancers: async (call, forward) => {
      const asked = strings(call.params, 'LoadBalancerArns.member');
      checkCount(asked);
      const answer = await forward();
      if (answer.status === 200 && !asked.every((arn) => answer.body.includes(`>${arn}<`))) throw notFound();
      return { ...answer, body: this.#completed(answer.body) };
    },

    /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
    DescribeTags: async (call, forward) => {
      const asked = strings(call.params, 'ResourceArns.member');
      checkCount(asked);
      const arns = asked.filter((arn) => arn.includes(':loadbalancer/'));
      if ((await this.find(arns, call.accountId, call.region)).length < new Set(arns).size) throw notFound();
      return forward();
    },

    /**
     * A network load balancer that was made without security groups can't have any.
     * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html
     * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
     */
    SetSecurityGroups: async (call, forward) => {
      const arn = call.params.get('LoadBalancerArn') ?? '';
      if ((await this.find([arn], call.accountId, call.region)).length === 0) throw notFound();
      const before = this.#enforced.get(arn);
      if (NETWORK.test(arn) && !before) {
        const message = 'You cannot set security groups on a load balancer that was created without any';
        throw new Refusal(400, 'InvalidConfigurationRequest', message);
      }
      const answer = await forward();
      const enforced = call.params.get(ENFORCE) ?? before;
      if (answer.status !== 200 || !enforced) return answer;
      this.#enforced.set(arn, enforced);
      return { ...answer, body: answer.body.replace('</SecurityGroupIds>', `$&<${ENFORCE}>${enforced}</${ENFORCE}>`) };
    },
  };

  #completed(body: string): string {
    return body.replace(/<LoadBalancerArn>([^<]+)<\/LoadBalancerArn>/g, (element, arn) => {
      const enforced = this.#enforced.get(arn);
      return enforced ? `${element}<${ENFORCE}>${enforced}</${ENFORCE}>` : element;
    });
  }
}

const ENFORCE = 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic';

/** In whose words isn't documented. */
function checkCount(arns: readonly string[]): void {
  if (arns.length <= MOST) return;
  throw new Refusal(400, 'ValidationError', `Cannot have more than ${MOST} resource descriptions`);
}

function notFound(): Refusal {
  return new Refusal(400, 'LoadBalancerNotFound', 'One or more load balancers not found');
}
