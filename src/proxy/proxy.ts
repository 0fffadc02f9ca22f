import type { PrivateLinkEndpointSpec } from '../api/private-link-endpoint.gen.js';

/** A host that the proxy answers for. */
export interface ProxyHost {
  /** What the upstream is told that the caller said, whichever name that was. */
  public: string;
  private?: string;
  upstream: Upstream;
}

export interface Upstream {
  /** `gitlab.internal:443` */
  address: string;
  /** Absent: HTTP in the clear. */
  tls?: {
    /** The name on its certificate. */
    serverName: string;
    /** The only CAs to trust, as PEM. Absent: the system's. */
    caBundle?: string;
  };
}

/** What the proxy is to do, and where it finds itself. */
export interface ReverseProxy {
  hosts: readonly ProxyHost[];
  /** The port that callers come to, as they know it. */
  port: number;
  /** Where it listens for callers, `:8443`. */
  listen: string;
  /** Where it listens for probes and for who reads its metrics, `:9180`. */
  statusListen: string;
  /** Paths of its certificate, which has all `namesOf` it, and key. Absent: TLS was ended before. */
  certificate?: { certificate: string; key: string };
}

/** In the container. */
export const HTTPS_PORT = 8443;
export const STATUS_PORT = 9180;
/** Where the certificate's Secret is mounted. */
export const CERTIFICATE_DIRECTORY = '/etc/sallyport/certificate';

type DeclaredProxy = NonNullable<PrivateLinkEndpointSpec['proxy']>;

/** What of a PrivateLinkEndpoint's spec says what its proxy does. */
export interface ProxySource extends Pick<PrivateLinkEndpointSpec, 'hosts'> {
  proxy?: Pick<DeclaredProxy, 'certificate' | 'upstream' | 'port'>;
}

/** The proxy that a PrivateLinkEndpoint declares, in its container; undefined where it declares none. */
export function proxyOf({ hosts, proxy }: ProxySource): ReverseProxy | undefined {
  if (!proxy) return undefined;
  const { certificate, upstream: common, port } = proxy;
  return {
    hosts: hosts.flatMap(({ upstream = common, ...names }) =>
      upstream ? { ...names, upstream: upstreamOf(upstream, names.public) } : [],
    ),
    port,
    listen: `:${HTTPS_PORT}`,
    statusListen: `:${STATUS_PORT}`,
    ...(certificate.secretName && {
      certificate: { certificate: `${CERTIFICATE_DIRECTORY}/tls.crt`, key: `${CERTIFICATE_DIRECTORY}/tls.key` },
    }),
  };
}

type DeclaredUpstream = NonNullable<PrivateLinkEndpointSpec['hosts'][number]['upstream']>;

function upstreamOf({ address, protocol, tls }: DeclaredUpstream, name: string): Upstream {
  return { address, ...(protocol === 'HTTPS' && { tls: { serverName: name, ...tls } }) };
}

/** All names that it answers under. */
export function namesOf(hosts: readonly Pick<ProxyHost, 'public' | 'private'>[]): string[] {
  return hosts.flatMap((host) => [host.public, host.private ?? []].flat());
}
