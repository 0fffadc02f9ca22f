import pMap from 'p-map';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { Places, type Reading } from '../aws/places.js';
import type { Sessions } from '../aws/session.js';
import { admissionProblem } from '../cidr-set/admission.js';
import type { Estate } from '../cidr-set/estate.js';
import { serviceHost } from '../private-link-endpoint/kubernetes-service.js';
import { needsOf } from '../private-link-endpoint/needs.js';
import { type ObserveOptions, observe } from '../private-link-endpoint/observe.js';
import { planPrivateLink, unread } from '../private-link-endpoint/plan.js';
import { Snapshots } from '../private-link-endpoint/snapshots.js';
import { accountsOf, wishOf } from '../private-link-endpoint/wish.js';
import { CONCURRENCY } from './discover.js';
import type { EndpointFinding } from './endpoint-finding.js';
import type { GatherOptions } from './gather.js';
import { awsReadError } from './read-error.js';
import type { ReadError } from './report.js';

interface Survey {
  finding: EndpointFinding;
  errors: ReadError[];
}

/** What PrivateLinkEndpoints have, and what is to be done for them, as an operator that starts now would see it. */
export async function surveyEndpoints(
  estate: Estate,
  sessions: Sessions,
  { declared, accounts, ownerId, cluster, signal }: GatherOptions,
): Promise<Survey[]> {
  const places = new Places(estate.accounts, sessions);
  const options: Omit<ObserveOptions, 'serviceHost'> = {
    places,
    snapshots: new Snapshots(Number.POSITIVE_INFINITY),
    ownerId,
    needs: needsOf(declared.endpoints),
    admissionProblem: (set, { account, region }, ports) =>
      admissionProblem(set, estate.sets.get(set), estate.accounts.get(account), region, ports),
    isProofAsked: () => false,
  };

  async function survey(endpoint: PrivateLinkEndpoint): Promise<Survey[]> {
    const wish = wishOf(endpoint, ownerId);
    const { namespace } = wish.identity;
    const shown = accountsOf(wish).filter((each) => accounts.length === 0 || accounts.includes(each));
    if (shown.length === 0) return [];
    const host = async (name: string) => (cluster ? serviceHost(cluster.client, { namespace, name }) : unseen(name));
    const input = { wish, ...(await observe(wish, { ...options, serviceHost: host }, signal)), givenUp: false };
    const failed = unread(input);
    const accountId = (account: string) => places.accountId(account) ?? '';
    return [
      {
        finding: {
          wish,
          plan: planPrivateLink(input),
          accounts: new Map(shown.map((account) => [account, accountId(account)])),
          unread: new Set(failed.map(({ problem }) => problem)),
        },
        errors: failed.map(({ error }) => {
          const { account, region } = error;
          return awsReadError(error, { account, accountId: accountId(account), region }, 'privateLinkEndpoints');
        }),
      },
    ];
  }
  return (await pMap(declared.endpoints, survey, { concurrency: CONCURRENCY })).flat();
}

function unseen(service: string): Reading<string> {
  const message = `only a cluster knows which load balancer its Service ${service} has, and none is looked at`;
  return { ok: false, problem: { reason: 'NoCluster', message } };
}
