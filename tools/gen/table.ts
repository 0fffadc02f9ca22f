/** The page with the table between its lines `<!-- NAME: ... -->` and `<!-- end of NAME -->` made anew. */
export function withTable(page: string, name: string, heads: readonly string[], rows: readonly string[][]): string {
  const start = new RegExp(`<!-- ${name}: .*? -->`).exec(page);
  const end = page.indexOf(`<!-- end of ${name} -->`);
  if (!start || end < start.index) throw new Error(`the page has no place for its table of ${name}`);
  const lines = [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${page.slice(0, start.index + start[0].length)}\n\n${lines.join('\n')}\n\n${page.slice(end)}`;
}
