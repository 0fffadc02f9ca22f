import pc from 'picocolors';

/** Colours where people look, none in a pipe or with NO_COLOR. */
export const paint = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

export type Paint = (text: string) => string;

export interface Cell {
  text: string;
  paint?: Paint;
  right?: boolean;
}

/** Begins a line; `ended` ends it. */
export function begin(act: string, text: string): void {
  process.stdout.write(`${paint.cyan('▸')} ${paint.bold(act.padEnd(9))} ${text}`);
}

export function ended(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function note(text: string): void {
  ended(`    ${paint.dim(text)}`);
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Rows in columns, each as wide as its widest cell, or at least as `widths` says. */
export function table(rows: readonly (readonly Cell[])[], widths: readonly number[] = []): void {
  for (const row of rows) {
    const cells = row.map(({ text, paint: hue = String, right }, column) => {
      const width = Math.max(widths[column] ?? 0, ...rows.map((each) => each[column]?.text.length ?? 0));
      const space = ' '.repeat(width - text.length);
      return right ? space + hue(text) : hue(text) + space;
    });
    ended(`    ${cells.join('  ')}`.trimEnd());
  }
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many cells, exact to an eighth of one. */
export function bar(cells: number): string {
  const eighths = Math.max(1, Math.round(cells * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
