import { dirname } from 'node:path';
import type { NodeFile } from './result.js';

/** A shell script that writes the files and then runs the commands. */
export function scriptOf(files: readonly NodeFile[], commands: readonly string[]): string {
  return ['#!/bin/bash', 'set -euo pipefail', ...files.map(writing), ...commands, ''].join('\n');
}

function writing({ path, content }: NodeFile): string {
  return `mkdir -p '${dirname(path)}'\ncat > '${path}' <<'SALLYPORT'\n${content}SALLYPORT`;
}
