import { describe, expect, it } from '@jest/globals';
import type { PrivateLinkEndpoint } from '../../../src/api/private-link-endpoint.gen.js';
import { caddyConfig, caddyText } from '../../../src/proxy/caddy-config.js';
import { namesOf, type ProxySource, proxyOf } from '../../../src/proxy/proxy.js';
import { renderCaddy } from '../../../src/proxy/render.js';

type Declared = ProxySource;

const caBundle = '-----BEGIN CERTIFICATE-----\nTUlJ\nQUJD\n-----END CERTIFICATE-----\n';

function declared({ hosts, proxy }: Partial<Declared> = {}): Declared {
  return {
    hosts: hosts ?? [
      { public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' },
      { public: 'registry.example.com' },
    ],
    proxy: {
      certificate: { secretName: 'gitlab-names' },
      upstream: { address: 'gitlab.internal:443', protocol: 'HTTPS' },
      port: 443,
      ...proxy,
    },
  };
}

function configOf(spec: Declared): string {
  const proxy = proxyOf(spec);
  if (!proxy) throw new Error('no proxy');
  return caddyText(proxy);
}

it('the whole configuration of GitLab and its registry', () => {
  const proxy = proxyOf(declared());
  expect(proxy && caddyConfig(proxy)).toMatchSnapshot();
});

it('no proxy is declared, and there is none', () => {
  expect(proxyOf({ hosts: declared().hosts })).toBeUndefined();
});

it('the certificate needs every name, and TLS knows no other', () => {
  const names = ['gitlab.example.com', 'gitlab.privatelink.example.com', 'registry.example.com'];
  expect(namesOf(declared().hosts)).toEqual(names);
  expect(JSON.parse(configOf(declared())).apps.http.servers.proxy.tls_connection_policies).toEqual([
    { match: { sni: names } },
  ]);
});

it('with a certificate of the load balancer, the proxy has none', () => {
  const config = configOf(declared({ proxy: { ...proxy(), certificate: { arn: 'arn:aws:acm:x' } } }));
  expect(config).not.toMatch(/tls_connection_policies|load_files/);
  expect(config).toContain('"X-Forwarded-Proto"');
});

describe('the transport', () => {
  const internal = { address: '10.0.0.1:443', protocol: 'HTTPS' } as const;

  it.each<[what: string, upstream: Upstream, tls: object | undefined]>([
    ['verifies the public name', internal, { server_name: 'a.example.com' }],
    ['verifies another name', { ...internal, tls: { serverName: 'b.example.com' } }, { server_name: 'b.example.com' }],
    [
      'trusts one CA only',
      { ...internal, tls: { caBundle } },
      { server_name: 'a.example.com', ca: { provider: 'inline', trusted_ca_certs: ['TUlJQUJD'] } },
    ],
    [
      'trusts each CA of a bundle',
      { ...internal, tls: { caBundle: caBundle + caBundle } },
      { server_name: 'a.example.com', ca: { provider: 'inline', trusted_ca_certs: ['TUlJQUJD', 'TUlJQUJD'] } },
    ],
    ['speaks HTTP where that is said', { ...internal, protocol: 'HTTP' }, undefined],
  ])('%s', (_, upstream, tls) => {
    const config = configOf(declared({ hosts: [{ public: 'a.example.com', upstream }] }));
    const [handler] = JSON.parse(config).apps.http.servers.proxy.routes[0].handle;
    expect(handler.upstreams).toEqual([{ dial: '10.0.0.1:443' }]);
    expect(handler.transport.tls).toEqual(tls);
    expect(config).not.toContain('insecure_skip_verify');
  });
});

it('is not printed with a CA that Caddy would not load', () => {
  const upstream = { address: '10.0.0.1:443', protocol: 'HTTPS', tls: { caBundle } } as const;
  const { hosts, proxy } = declared({ hosts: [{ public: 'a.example.com', upstream }] });
  const message = "certificate 1 of the caBundle for a.example.com can't be read; write it as its issuer gives it";
  expect(renderCaddy({ spec: { hosts, proxy } } as PrivateLinkEndpoint)).toEqual({ ok: false, message });
});

type Upstream = NonNullable<Declared['hosts'][number]['upstream']>;

function proxy(): NonNullable<Declared['proxy']> {
  return declared().proxy as NonNullable<Declared['proxy']>;
}
