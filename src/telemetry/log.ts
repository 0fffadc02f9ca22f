import { createLogger, format, type Logger, transports } from 'winston';

export type { Logger } from 'winston';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;

export interface LogOptions {
  level: (typeof logLevels)[number];
  /** A JSON object a line, for collectors, or a line that a person reads in a terminal. */
  format: 'json' | 'text';
}

/**
 * A log on standard error, because standard output belongs to what a command prints.
 * An Error given under any key is written with its stack and causes.
 */
export function createLog(options: LogOptions): Logger {
  return createLogger({
    level: options.level,
    format: format.combine(format.timestamp(), options.format === 'json' ? json : text),
    transports: [new transports.Console({ stderrLevels: [...logLevels] })],
  });
}

const json = format.json({ replacer: spelledOut });

const text = format.printf(({ timestamp, level, message, ...rest }) => {
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value, spelledOut)}`);
  return [timestamp, level.toUpperCase().padEnd(5), message, ...fields].join(' ');
});

/** JSON has nothing to show of an Error. */
function spelledOut(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { error: value.stack ?? value.message, ...(value.cause !== undefined && { cause: value.cause }) };
}
