import type { PrivateLinkEndpointSpec } from '../../api/private-link-endpoint.gen.js';
import type { RunnerPoolSpec } from '../../api/runner-pool.gen.js';

/** A registry that images are pulled from elsewhere for. */
export interface Mirror {
  /** The host in the images' names. */
  registry: string;
  /** Where to pull from instead, in this order. */
  endpoints: readonly string[];
}

/** Those of the PrivateLinkEndpoint that aren't the pool's, and those of the pool, by registry. */
export function mirrorsOf({ registries }: RunnerPoolSpec['nodes'], endpoint?: PrivateLinkEndpointSpec): Mirror[] {
  const own = registries?.mirrors ?? [];
  const others = endpointMirrors(endpoint).filter(
    ({ registry }) => !own.some((mirror) => mirror.registry === registry),
  );
  return [...own, ...others].sort((one, other) => (one.registry < other.registry ? -1 : 1));
}

function endpointMirrors(endpoint?: PrivateLinkEndpointSpec): Mirror[] {
  const { hosts = [], proxy: { port = 443 } = {} } = endpoint ?? {};
  return hosts.flatMap((host) =>
    host.registry && host.private
      ? [{ registry: host.public, endpoints: [`https://${host.private}${port === 443 ? '' : `:${port}`}`] }]
      : [],
  );
}
