import { createColors } from 'picocolors';

/** What a process that ran a command prints, and ends with. */
export interface Printed {
  stdout: string;
  stderr: string;
  exitCode: number;
}

export type Colors = ReturnType<typeof createColors>;

/** None where the output goes to a file or a program, or NO_COLOR is set. */
export function terminalColors(): Colors {
  return createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
}

/** Prints it and ends the process, whatever still holds it, once all is written. */
export function end({ stdout, stderr, exitCode }: Printed): void {
  process.stderr.write(stderr);
  process.stdout.write(stdout, () => process.exit(exitCode));
}

/** For programs: what `--output json` prints. */
export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Columns two spaces apart, the last as it is. Nothing in it depends on a terminal. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, i) => rows.reduce((max, row) => Math.max(max, row[i]?.length ?? 0), 0)) ?? [];
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
