import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { V1NetworkPolicySpec, V1ServiceSpec } from '@kubernetes/client-node';
import type { PrivateLinkEndpoint } from '../../../../src/api/private-link-endpoint.gen.js';
import { certificateOf, type ProxySpec, proxyObjects } from '../../../../src/proxy/deployment/objects.js';

type Host = PrivateLinkEndpoint['spec']['hosts'][number];

function endpoint(proxy: Partial<ProxySpec> = {}, hosts: Host[] = []): PrivateLinkEndpoint {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PrivateLinkEndpoint',
    metadata: { namespace: 'ci', name: 'gitlab', uid: 'uid-1' },
    spec: {
      hosts: [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }, ...hosts],
      service: {},
      consumers: [],
      mode: 'Enforce',
      deletionPolicy: 'Delete',
      force: false,
      proxy: {
        certificate: { secretName: 'names' },
        upstream: { address: 'gitlab.corp.internal:443', protocol: 'HTTPS' },
        port: 443,
        image: 'caddy:2.11.9',
        replicas: 2,
        loadBalancer: { class: 'service.k8s.aws/nlb' },
        ...proxy,
      },
    },
  };
}

function object(kind: string, of: PrivateLinkEndpoint) {
  const found = proxyObjects(of, 'digest').find(({ resource }) => resource.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}
const spec = (kind: string, of = endpoint()) => object(kind, of).fields.spec;

it('the whole of it', () => {
  const all = proxyObjects(endpoint(), 'digest').map(({ resource, metadata, fields }) => {
    // The configuration has a test of its own.
    const { data, ...rest } = fields;
    return { kind: resource.kind, metadata, ...rest, ...(data ? { data: Object.keys(data) } : {}) };
  });
  expect(all).toMatchSnapshot();
});

it('the image by default is of the Caddy that the tests run', async () => {
  const [, tested] = /caddy\/v2 v(\S+)/.exec(await readFile('tools/go/caddy/go.mod', 'utf8')) ?? [];
  expect(await readFile('crds/privatelinkendpoints.yaml', 'utf8')).toContain(`default: caddy:${tested}\n`);
});

it('the same wish has the same objects', () => {
  expect(JSON.stringify(proxyObjects(endpoint()))).toBe(JSON.stringify(proxyObjects(endpoint())));
});

it('the Service listens where clients come to', () => {
  const { ports } = spec('Service', endpoint({ port: 8443 })) as V1ServiceSpec;
  expect(ports).toMatchObject([{ port: 8443, targetPort: 'https' }]);
  const { annotations } = object('Service', endpoint({ port: 8443 })).metadata;
  expect(annotations).toHaveProperty(['service.beta.kubernetes.io/aws-load-balancer-listener-attributes.TCP-8443']);
});

describe('the NetworkPolicy', () => {
  const egress = (...addresses: string[]) => {
    const hosts = addresses.map(
      (address, i): Host => ({ public: `h${i}.example.com`, upstream: { address, protocol: 'HTTP' } }),
    );
    return (spec('NetworkPolicy', endpoint({}, hosts)) as V1NetworkPolicySpec).egress?.slice(1);
  };

  it.each<[what: string, addresses: string[], ports: number[]]>([
    ['the common upstream', [], [443]],
    [
      'all upstreams, each port once',
      ['a.corp.internal:5000', 'b.corp.internal:5000', '[fd00::1]:80', '192.0.2.1:81'],
      [80, 81, 443, 5000],
    ],
  ])('lets it go to %s', (_what, addresses, ports) => {
    expect(egress(...addresses)).toEqual([{ ports: ports.map((port) => ({ protocol: 'TCP', port })) }]);
  });

  it.each([
    'registry.gitlab:5000',
    'registry.gitlab.svc:5000',
    'registry.gitlab.svc.cluster.local:5000',
    'registry:5000',
  ])('lets it go to pods at any port, where an upstream is the Service %s', (address) => {
    expect(egress(address)?.[1]).toEqual({ to: [{ namespaceSelector: {} }] });
  });
});

describe('cert-manager', () => {
  it('is asked for every name', () => {
    const issuerRef = { name: 'company', kind: 'ClusterIssuer', group: 'cert-manager.io' };
    const hosts = [{ public: 'registry.example.com' }];
    expect(certificateOf(endpoint({ certificate: { secretName: 'names', issuerRef } }, hosts))).toMatchObject([
      {
        metadata: { namespace: 'ci', name: 'gitlab-proxy' },
        fields: {
          spec: {
            secretName: 'names',
            dnsNames: ['gitlab.example.com', 'gitlab.privatelink.example.com', 'registry.example.com'],
            issuerRef,
          },
        },
      },
    ]);
  });

  it("is not asked where the Secret is somebody else's", () => {
    expect(certificateOf(endpoint())).toEqual([]);
  });
});
