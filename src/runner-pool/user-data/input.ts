import type { PrivateLinkEndpointSpec } from '../../api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';

export interface Login {
  username: string;
  password: string;
}

export interface UserDataInput {
  pool: RunnerPool;
  /** What `spec.endpointRef` leads to. */
  endpoint?: PrivateLinkEndpointSpec;
  /** Of `spec.nodes.registries.credentials`, by registry. */
  logins: ReadonlyMap<string, Login>;
}
