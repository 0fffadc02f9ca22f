import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import type { Rendered } from '../plan/render.js';
import { each } from './options.js';

export function renderCommand(): Command {
  return new Command('render')
    .description('print what would be deployed, for review')
    .addCommand(caddyCommand())
    .addCommand(corefileCommand());
}

function caddyCommand(): Command {
  return partCommand('caddy', async (paths) => {
    const { renderEndpoint } = await import('../plan/render.js');
    const { renderCaddy } = await import('../proxy/render.js');
    return renderEndpoint(paths, 'proxy', renderCaddy);
  }).description("print the proxy's configuration, Caddy's JSON, of the PrivateLinkEndpoint in the manifests");
}

function corefileCommand(): Command {
  return partCommand('corefile', async (paths) => {
    if (paths.includes('-')) return { ok: false, message: 'the Corefile comes by standard input; name a file with -f' };
    const { renderEndpoint } = await import('../plan/render.js');
    const { renderCorefile } = await import('../interception/render.js');
    const corefile = await text(process.stdin);
    return renderEndpoint(paths, 'interception', (endpoint) => renderCorefile(endpoint, corefile));
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
function partCommand(name: string, render: (paths: readonly string[]) => Promise<Rendered>): Command {
  return new Command(name)
    .requiredOption('-f, --filename <path>', 'manifests: a file, a folder, or - ; repeat it', each)
    .action(async ({ filename }: { filename: string[] }, command: Command) => {
      const rendered = await render(filename);
      if (!rendered.ok) command.error(`sallyport render ${name}: ${rendered.message}`);
      for (const advice of rendered.advice ?? []) process.stderr.write(`${advice}\n`);
      process.stdout.write(rendered.text);
    });
}
