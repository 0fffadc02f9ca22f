import type { WriteStream } from 'node:tty';
import type { OnProgress } from './build.js';

/** Shows builds on a terminal as one live line each; elsewhere as a line when a build starts and one when it is done. */
export function showProgress(stream: WriteStream): OnProgress {
  let shown: string | undefined;
  return ({ title, takes, state, seconds, detail }) => {
    const line =
      state === 'ready' ? `${title}: ready in ${Math.round(seconds)} s` : `${title}: building, ${takes}, this once`;
    if (stream.isTTY) {
      const live =
        state === 'ready' ? `${line}\n` : `${line}  ${Math.round(seconds)} s  ${detail}`.slice(0, stream.columns - 1);
      stream.write(`\r\x1b[2K${live}`);
    } else if (line !== shown) {
      stream.write(`${line}\n`);
    }
    shown = line;
  };
}
