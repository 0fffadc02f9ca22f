import { Writable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { transports } from 'winston';
import { createLog } from '../../../src/telemetry/log.js';

/** The lines that a log of these options writes. */
function written(
  options: Parameters<typeof createLog>[0],
  write: (log: ReturnType<typeof createLog>) => void,
): string[] {
  const lines: string[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const log = createLog(options);
  log.clear().add(new transports.Stream({ stream }));
  write(log);
  return lines;
}

const error = new Error('cannot apply', { cause: new Error('access denied') });

it('writes a JSON object a line, errors and their causes spelled out', () => {
  const [line = '', ...rest] = written({ level: 'info', format: 'json' }, (log) => {
    log.child({ controller: 'scope' }).error('reconcile failed', { key: 'shared/eu-west-1', error });
    log.debug('not at this level');
  });
  expect(rest).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    message: 'reconcile failed',
    controller: 'scope',
    key: 'shared/eu-west-1',
    timestamp: expect.stringContaining('T'),
    error: {
      error: expect.stringContaining('cannot apply'),
      cause: { error: expect.stringContaining('access denied') },
    },
  });
});

it('writes a line for people', () => {
  const [line] = written({ level: 'info', format: 'text' }, (log) => log.info('applied', { scope: 'shared', error }));
  expect(line).toMatch(/^\S+T\S+ INFO {2}applied scope="shared" error=.*cannot apply.*access denied/);
});
