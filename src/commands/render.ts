import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import type { Manifests } from '../plan/manifests.js';
import type { Rendered } from '../plan/render.js';
import { each } from './options.js';

export function renderCommand(): Command {
  return new Command('render')
    .description('print what would be deployed, for review')
    .addCommand(caddyCommand())
    .addCommand(corefileCommand())
    .addCommand(userDataCommand())
    .addCommand(configCommand())
    .addCommand(trustPolicyCommand());
}

function caddyCommand(): Command {
  return partCommand('caddy', async (paths) => {
    const { renderOne } = await import('../plan/render.js');
    const { renderCaddy } = await import('../proxy/render.js');
    const find = ({ endpoints }: Manifests) => endpoints.filter(({ spec }) => spec.proxy);
    return renderOne(paths, 'PrivateLinkEndpoint with spec.proxy', find, renderCaddy);
  }).description("print the proxy's configuration, Caddy's JSON, of the PrivateLinkEndpoint in the manifests");
}

function corefileCommand(): Command {
  return partCommand('corefile', async (paths) => {
    if (paths.includes('-')) return { ok: false, message: 'the Corefile comes by standard input; name a file with -f' };
    const { renderOne } = await import('../plan/render.js');
    const { renderCorefile } = await import('../interception/render.js');
    const corefile = await text(process.stdin);
    const find = ({ endpoints }: Manifests) => endpoints.filter(({ spec }) => spec.interception);
    const what = 'PrivateLinkEndpoint with spec.interception';
    return renderOne(paths, what, find, (endpoint) => renderCorefile(endpoint, corefile));
  })
    .description(
      'print the Corefile that comes by standard input with the rewrites of the PrivateLinkEndpoint in the manifests, as interception mode ClusterDNS has them',
    )
    .addHelpText(
      'after',
      "\nExample: kubectl get cm coredns -n kube-system -o jsonpath='{.data.Corefile}' | sallyport render corefile -f gitlab.yaml",
    );
}

/** Prints what was rendered; advice goes to stderr. */
function partCommand<Options = object>(
  name: string,
  render: (paths: readonly string[], options: Options) => Promise<Rendered>,
): Command {
  return new Command(name)
    .requiredOption('-f, --filename <path>', 'manifests: a file, a folder, or - ; repeat it', each)
    .action(async ({ filename, ...options }: { filename: string[] } & Options, command: Command) => {
      const rendered = await render(filename, options as Options);
      if (!rendered.ok) command.error(`sallyport render ${name}: ${rendered.message}`);
      for (const advice of rendered.advice ?? []) process.stderr.write(`${advice}\n`);
      process.stdout.write(rendered.text);
    });
}

function userDataCommand(): Command {
  return partCommand('userdata', async (paths) => {
    const { renderOne } = await import('../plan/render.js');
    const { renderUserData } = await import('../runner-pool/render.js');
    return renderOne(paths, 'RunnerPool', ({ pools }) => pools, renderUserData);
  }).description('print the user data of the RunnerPool in the manifests, byte for byte what its nodes get');
}

function configCommand(): Command {
  return partCommand('config', async (paths) => {
    const { renderOne } = await import('../plan/render.js');
    const { renderConfig } = await import('../runner-pool/render.js');
    return renderOne(paths, 'RunnerPool', ({ pools }) => pools, renderConfig);
  }).description(
    'print the config.toml of the RunnerPool in the manifests, byte for byte what its runner manager gets',
  );
}

function trustPolicyCommand(): Command {
  return partCommand<{ oidcIssuer?: string }>('trust-policy', async (paths, options) => {
    const { renderOne } = await import('../plan/render.js');
    const { renderTrustPolicy } = await import('../runner-pool/jobs/trust-policy.js');
    return renderOne(
      paths,
      'RunnerPool',
      ({ pools }) => pools,
      (pool) => renderTrustPolicy(pool, options),
    );
  })
    .description('print the trust policy of the role that jobs of the RunnerPool in the manifests have')
    .option('--oidc-issuer <url>', 'of the cluster; with credentials: IRSA');
}
