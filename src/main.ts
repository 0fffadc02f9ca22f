import { basename } from 'node:path';
import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { crdsCommand } from './commands/crds.js';
import { doctorCommand } from './commands/doctor.js';
import { explainCommand } from './commands/explain.js';
import { iamCommand } from './commands/iam.js';
import { mapCommand } from './commands/map.js';
import { planCommand } from './commands/plan.js';
import { probeCommand } from './commands/probe.js';
import { renderCommand } from './commands/render.js';
import { runCommand } from './commands/run.js';
import { statusCommand } from './commands/status.js';

// The SDK is bundled, so what its later releases will ask of Node concerns nobody who runs this.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** kubectl runs `kubectl-sallyport` on PATH as `kubectl sallyport`. */
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-');

await new Command(isPlugin ? 'kubectl sallyport' : 'sallyport')
  .description(manifest.description)
  .version(manifest.version)
  .addCommand(runCommand())
  .addCommand(planCommand())
  .addCommand(statusCommand())
  .addCommand(explainCommand())
  .addCommand(mapCommand())
  .addCommand(doctorCommand())
  .addCommand(renderCommand())
  .addCommand(iamCommand())
  .addCommand(crdsCommand())
  .addCommand(probeCommand())
  .parseAsync();
