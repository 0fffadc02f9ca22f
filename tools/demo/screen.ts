import pc from 'picocolors';

/** Colours where people look, none in a pipe or with NO_COLOR. */
export const paint = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

export type Cell = readonly [text: string, hue?: (text: string) => string];

/** Begins a line; `end` ends it. */
export function begin(act: string, text: string): void {
  process.stdout.write(`${paint.cyan('▸')} ${paint.bold(act.padEnd(9))} ${text}`);
}

export function end(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Rows in columns, each as wide as its widest cell, or at least as `widths` says. */
export function table(rows: readonly (readonly Cell[])[], widths: readonly number[] = []): void {
  for (const row of rows) {
    const cells = row.map(([text, hue = String], column) => {
      const width = Math.max(widths[column] ?? 0, ...rows.map((each) => each[column]?.[0].length ?? 0));
      return hue(text) + ' '.repeat(width - text.length);
    });
    end(`    ${cells.join('  ')}`.trimEnd());
  }
}
