import type { Planned } from './acts.js';
import type { Holding } from './holdings.js';
import { type Cell, paint } from './screen.js';

/** What is printed account by account is to look like one table. */
export const WIDTHS = [7, 9, 19, 19];
const RULES_PER_CELL = 5;

/** Each set has its colour. */
const HUES: Record<string, (text: string) => string> = { office: paint.yellow, vpn: paint.magenta };

function hueOf(set = ''): (text: string) => string {
  return HUES[set] ?? paint.green;
}

export function head(...texts: string[]): Cell[] {
  return texts.map((text) => [text, paint.dim]);
}

/** An account and a region are named once. */
function place(account: string, region: string, above?: { account: string; region: string }): Cell[] {
  const sameAccount = above?.account === account;
  return [[sameAccount ? '' : account, paint.bold], [sameAccount && above?.region === region ? '' : region]];
}

export function planRows(planned: readonly Planned[]): Cell[][] {
  return planned.map(({ account, region, set, groups, rules, foreign }, index) => [
    ...place(account, region, planned[index - 1]),
    [set, hueOf(set)],
    [`+ ${rules}`],
    [`${groups}`],
    [foreign > 0 ? `${foreign} more there already, made by hand` : '', paint.dim],
  ]);
}

export function holdingRows(holdings: readonly Holding[]): Cell[][] {
  return holdings.map(({ account, region, group, ours, byHand, sets }, index) => {
    const [mine, theirs] = [
      '█'.repeat(Math.ceil(ours / RULES_PER_CELL)),
      '░'.repeat(Math.ceil(byHand / RULES_PER_CELL)),
    ];
    return [
      ...place(account, region, holdings[index - 1]),
      [group],
      [mine + theirs, () => hueOf(sets[0])(mine) + theirs],
      [`${ours} rules`.padStart(8)],
      [sets.join(', ').padEnd(13), hueOf(sets[0])],
      [byHand > 0 ? `${byHand} by hand` : '', paint.dim],
    ];
  });
}
