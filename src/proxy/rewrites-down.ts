import type { ProxyHost } from './proxy.js';

interface Replacement {
  search_regexp: string;
  replace: string;
}

/**
 * What becomes of an upstream's addresses for a caller who said a private name, by header: the same address under the
 * private name, for every host that has one, as GitLab's registry sends its callers to GitLab. Nothing else changes.
 * Regular expressions are RE2.
 */
export function rewritesDown(
  hosts: readonly Pick<ProxyHost, 'public' | 'private'>[],
  port: number,
): Record<'Location' | 'Www-Authenticate', Replacement[]> {
  const pairs = hosts.flatMap(({ public: name, private: to }) => (to ? { name, to: authority(to, port) } : []));
  return {
    Location: pairs.map(({ name, to }) => ({
      search_regexp: `^https://${literal(name)}(:443)?([/?#].*)?$`,
      replace: `https://${to}\${2}`,
    })),
    // RFC 9110, 11.6.1: parameters in any order. Token servers read service and scope, which stay.
    'Www-Authenticate': pairs.map(({ name, to }) => ({
      search_regexp: `^((?i:bearer) +(?:[a-z_]+="[^"]*", *)*realm="https://)${literal(name)}(:443)?([/?"])`,
      replace: `\${1}${to}\${3}`,
    })),
  };
}

function authority(name: string, port: number): string {
  return port === 443 ? name : `${name}:${port}`;
}

function literal(name: string): string {
  return name.replaceAll('.', '[.]');
}
