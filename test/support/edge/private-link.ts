import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Actions } from './call.js';
import { ClientTokens } from './client-tokens.js';
import type { Endpoint, EndpointState } from './endpoint.js';
import { connectionActions } from './endpoint-connections.js';
import type { EndpointService } from './endpoint-service.js';
import { permissionActions } from './endpoint-service-permissions.js';
import { serviceActions } from './endpoint-services.js';
import { endpointActions } from './endpoints.js';
import type { HostedZones } from './hosted-zones.js';
import type { LoadBalancers } from './load-balancers.js';
import { type PrivateDnsState, privateDnsActions } from './private-dns.js';
import type { Quotas } from './quotas.js';
import type { Settling } from './settling.js';
import { usableServiceActions } from './usable-services.js';
import { Zones } from './zones.js';

/** What PrivateLink needs to know of the rest of AWS. */
interface Surroundings {
  ec2: (accountId: string, region: string) => EC2Client;
  loadBalancers: LoadBalancers;
  hostedZones: HostedZones;
  quotas: Quotas;
  settling: Settling;
}

export interface PrivateLinkWorld extends Surroundings {
  readonly services: Map<string, EndpointService>;
  readonly endpoints: Map<string, Endpoint>;
  readonly tokens: ClientTokens;
  readonly zones: Zones;
}

/**
 * Endpoint services and interface endpoints, all of them: moto's services are nobody else's, its endpoints take any
 * service, subnet and zone and are available at once, and it has neither connections nor proofs of names.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
 */
export class PrivateLink {
  readonly #world: PrivateLinkWorld;
  readonly actions: Actions;

  constructor(surroundings: Surroundings) {
    const tokens = new ClientTokens();
    const zones = new Zones(surroundings.ec2);
    this.#world = { ...surroundings, services: new Map(), endpoints: new Map(), tokens, zones };
    this.actions = {
      ...serviceActions(this.#world),
      ...permissionActions(this.#world),
      ...privateDnsActions(this.#world),
      ...usableServiceActions(this.#world),
      ...connectionActions(this.#world),
      ...endpointActions(this.#world),
    };
  }

  /** For what nobody can do by a call, such as to fail or to expire; `lastError` is what the endpoint tells of it. */
  setEndpointState(id: string, state: EndpointState, lastError?: { code: string; message: string }): void {
    const endpoint = this.#world.endpoints.get(id);
    if (!endpoint) throw new Error(`no endpoint ${id}`);
    endpoint.state = state;
    delete endpoint.lastError;
    if (lastError) endpoint.lastError = lastError;
  }

  /** As when AWS looks for the proof once more, and the record is there or gone. */
  setPrivateDnsState(serviceId: string, state: PrivateDnsState): void {
    const { privateDns } = this.#world.services.get(serviceId) ?? {};
    if (!privateDns) throw new Error(`no private DNS name of ${serviceId}`);
    privateDns.state = state;
  }

  /** Tags of a service or endpoint, or undefined where the account owns none of that id. */
  tagsOf(id: string, accountId: string): Map<string, string> | undefined {
    const found = this.#world.services.get(id) ?? this.#world.endpoints.get(id);
    return found?.ownerId === accountId ? found.tags : undefined;
  }

  empty(): void {
    const { services, endpoints, tokens } = this.#world;
    services.clear();
    endpoints.clear();
    tokens.empty();
  }
}
