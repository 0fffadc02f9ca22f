import { Command } from 'commander';
import { crds } from '../api/crds.gen.js';

export function crdsCommand(): Command {
  return new Command('crds').description('print the CustomResourceDefinitions, for kubectl apply -f -').action(() => {
    process.stdout.write(crds);
  });
}
