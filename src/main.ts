import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { crdsCommand } from './commands/crds.js';
import { planCommand } from './commands/plan.js';
import { probeCommand } from './commands/probe.js';
import { renderCommand } from './commands/render.js';
import { runCommand } from './commands/run.js';

await new Command('sallyport')
  .description(manifest.description)
  .version(manifest.version)
  .addCommand(runCommand())
  .addCommand(planCommand())
  .addCommand(renderCommand())
  .addCommand(crdsCommand())
  .addCommand(probeCommand())
  .parseAsync();
