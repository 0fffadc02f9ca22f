import type { WriteStream } from 'node:tty';
import type { OnProgress } from './build.js';

/** Shows builds on a terminal as one live line each; elsewhere as a line when a build starts and one when it is done. */
export function showProgress(stream: WriteStream): OnProgress {
  let shown = '';
  return ({ title, takes, state, seconds, detail }) => {
    const elapsed = `${Math.round(seconds)} s`;
    const done = state === 'ready';
    const line = done ? `${title}: ready in ${elapsed}` : `${title}: building, ${takes}, this once`;
    if (stream.isTTY) {
      const live = `${line}  ${elapsed}  ${detail.trim()}`.slice(0, stream.columns - 1);
      stream.write(`\r\x1b[2K${done ? `${line}\n` : live}`);
    } else if (line !== shown) {
      stream.write(`${line}\n`);
    }
    shown = line;
  };
}
