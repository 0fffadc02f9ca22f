import { Writable } from 'node:stream';
import { createLogger, type Logger, transports } from 'winston';

/** A log, and what was written to it. */
export function recordedLog(): { log: Logger; entries: Record<string, unknown>[] } {
  const entries: Record<string, unknown>[] = [];
  const stream = new Writable({
    objectMode: true,
    write(entry, _encoding, done) {
      entries.push(entry);
      done();
    },
  });
  return { log: createLogger({ level: 'debug', transports: [new transports.Stream({ stream })] }), entries };
}
