import { expect, it } from '@jest/globals';
import { rewritesDown } from '../../../src/proxy/rewrites-down.js';

const hosts = [
  { public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' },
  { public: 'pages.example.com' },
];

it('only hosts with a private name are rewritten', () => {
  expect(rewritesDown(hosts, 443).Location).toEqual([
    {
      search_regexp: '^https://gitlab[.]example[.]com(:443)?([/?#].*)?$',
      replace: `https://gitlab.privatelink.example.com\${2}`,
    },
  ]);
  expect(rewritesDown(hosts.slice(1), 443)).toEqual({ Location: [], 'Www-Authenticate': [] });
});

it('a port of its own is in the addresses that callers get', () => {
  const { Location, 'Www-Authenticate': realm } = rewritesDown(hosts, 8443);
  expect(Location[0]?.replace).toBe(`https://gitlab.privatelink.example.com:8443\${2}`);
  expect(realm[0]?.replace).toBe(`\${1}gitlab.privatelink.example.com:8443\${3}`);
});
