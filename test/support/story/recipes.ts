import { type ActName, actNames, acts, play } from './acts.js';
import type { Ran } from './host.js';
import { addresses, clusterCorefile, gitlab, ours, registry, type Setting } from './scene.js';
import type { Stage } from './stage.js';

/** A way to the private endpoint that posts and answers on the web give, and what is wrong with it. */
interface Recipe {
  stanza: string;
  why: string;
  setting: Setting;
}

/** In the cluster's Corefile, beside Sallyport's proxy. */
function inCorefile(stanza: (host: typeof gitlab) => string, why: string, before = ''): Recipe {
  const lines = [gitlab, registry].map((host) => `    ${stanza(host)}\n`).join('');
  const clusterDns = before + clusterCorefile.replace('.:53 {\n', `$&${lines}`);
  return { stanza: stanza(gitlab), why, setting: { clusterDns } };
}

/** In a Caddyfile that is right but for what is said, beside Sallyport's edit of the Corefile. */
function inCaddyfile(stanza: string, why: string, different: Partial<typeof right>): Recipe {
  const { named, location, registrySite, realm } = { ...right, ...different };
  const caddyfile = `{
    admin off
    auto_https off
}
${site(named(gitlab), gitlab.public, addresses.gitlab, '', location)}
${site(named(registry), registry.public, addresses.registry, registrySite, realm)}`;
  return { stanza, why, setting: { ...ours.ClusterDNS, caddyfile } };
}

const right = {
  named: (host: typeof gitlab) => `${host.public}, ${host.private}`,
  location: 'header_down Location ^https://gitlab\\.example\\.com/ https://{http.request.host}/',
  registrySite: '',
  realm:
    'header_down Www-Authenticate `^(Bearer realm="https://)gitlab\\.example\\.com(/jwt/auth)` ' +
    `\`\${1}${gitlab.private}\${2}\``,
};

function site(names: string, host: string, address: string, ofSite: string, down: string): string {
  return `${names} {
    tls {$CERTIFICATE} {$KEY}
    ${ofSite}
    reverse_proxy https://${address} {
        header_up Host ${host}
        ${down}
        transport http {
            tls_server_name ${host}
            tls_trust_pool file {$UPSTREAM_CA}
        }
    }
}`;
}

const stub = `example.com:53 {
    forward . ${addresses['vpc-dns']}
}
`;

export const recipes: readonly Recipe[] = [
  { stanza: "Sallyport's ClusterDNS and proxy", why: '', setting: ours.ClusterDNS },
  { stanza: "Sallyport's JobDNS and proxy", why: '', setting: ours.JobDNS },
  inCorefile(
    (host) => `rewrite name substring ${host.public} ${host.private} answer auto`,
    'A name that only contains the host is rewritten too, to one that nobody has',
  ),
  inCorefile(
    (host) => `rewrite name suffix ${host.public} ${host.private} answer auto`,
    'The same for all names beneath',
  ),
  inCorefile(
    (host) => `rewrite name substring ${host.public} ${host.private}`,
    'The same, and the answer is about another name than the question',
  ),
  inCorefile(
    (host) => `rewrite stop name exact ${host.public} ${host.private}`,
    'Right, but in `.:53`, while the Corefile has a block `example.com:53`: that one answers',
    stub,
  ),
  inCaddyfile('gitlab.privatelink.example.com { … }', 'Pods still say the public name, in TLS and in Host', {
    named: (host) => host.private,
  }),
  inCaddyfile(`header_down Host ${gitlab.private}`, 'Answers have no Host; the redirect still says the public name', {
    location: `header_down Host ${gitlab.private}`,
  }),
  inCaddyfile('(nothing about Www-Authenticate)', "The token is fetched from GitLab's public name", { realm: '' }),
  inCaddyfile(
    `header Www-Authenticate ${gitlab.public} ${gitlab.private}`,
    "Done before there is an answer; the upstream's header stays as it is",
    { realm: '', registrySite: `header Www-Authenticate ${gitlab.public} ${gitlab.private}` },
  ),
  inCaddyfile(
    `header_down Www-Authenticate ${gitlab.public} ${gitlab.private}`,
    'Replaces all that looks like the name, in the scope too. crane and containerd ask for their own scope, others may not',
    { realm: `header_down Www-Authenticate ${gitlab.public} ${gitlab.private}` },
  ),
  inCaddyfile(
    `header_down Location ${gitlab.public} ${gitlab.private}`,
    'Pods are sent to the private name too, for which git has no credentials; and in queries it is the address to ' +
      'come back to, which whoever signs people in refuses',
    { location: `header_down Location ${gitlab.public} ${gitlab.private}` },
  ),
  {
    stanza: '(nothing on nodes)',
    why: "Nodes don't ask CoreDNS",
    setting: { ...ours.ClusterDNS, hostsToml: '' },
  },
  {
    stanza: `the node's credentials are for ${registry.public}`,
    why: 'They are chosen by the host that is contacted, the mirror; without any, containerd turns to the origin',
    setting: { ...ours.ClusterDNS, credentialsFor: registry.public },
  },
];

export interface Tried extends Pick<Recipe, 'stanza' | 'why'> {
  outcomes: Record<ActName, Ran['outcome']>;
}

/** Plays all acts under a recipe; there must have been one that worked before, for its images. */
export async function tryRecipe(stage: Stage, { stanza, why, setting }: Recipe): Promise<Tried> {
  await stage.set(setting);
  const outcomes = {} as Tried['outcomes'];
  for (const name of actNames) outcomes[name] = (await play(stage, name, 'other')).outcome;
  return { stanza, why, outcomes };
}

const said = { ok: 'ok', failed: '**fails**', public: '**goes public**' };

/** The table in docs/interception-pitfalls.md. */
export function markdown(tried: readonly Tried[]): string {
  const heads = actNames.map((name) => `${acts[name].on}: ${acts[name].title}`);
  const rows = tried.map(({ stanza, why, outcomes }) => [
    stanza.startsWith('(') || !why ? stanza : `\`${stanza}\``,
    ...actNames.map((name) => said[outcomes[name]]),
    why,
  ]);
  const table = [['stanza', ...heads, 'because'], ['---', ...heads.map(() => '---'), '---'], ...rows];
  return table.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
