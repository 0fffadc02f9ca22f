import { type Planned, total } from './acts.js';
import { type Holding, scopes } from './holdings.js';
import { bar, type Cell, count, type Paint, paint } from './screen.js';

/** How many rules one character of a bar stands for: the quickstart's longest takes 19 of the 20 there are. */
const RULES_PER_CELL = 5;
const HAND = '░';
/** Of all holdings' tables, which are printed one by one. */
export const HOLDING_WIDTHS = [7, 9, 19, 20, 5, 7];

const HUES: readonly Paint[] = [paint.green, paint.yellow, paint.magenta, paint.blue];
const hues = new Map<string, Paint>();

/** Each set has its colour, the same in all tables. */
function hueOf(set = ''): Paint {
  const hue = hues.get(set) ?? HUES[hues.size % HUES.length] ?? paint.green;
  hues.set(set, hue);
  return hue;
}

/** What each set would add, place by place. */
export function planRows(planned: readonly Planned[]): Cell[][] {
  const sets = [...new Set(planned.map(({ set }) => set))];
  const inSets = (part: readonly Planned[]) =>
    sets.map((set) =>
      sumOf(
        part.filter((each) => each.set === set),
        hueOf(set),
      ),
    );
  return [
    ['account', 'region', ...sets].map(head),
    ...scopes.map(({ account, region }, index) => [
      { text: scopes[index - 1]?.account === account ? '' : account, paint: paint.bold },
      { text: region },
      ...inSets(planned.filter((each) => each.account === account && each.region === region)),
    ]),
    [{ text: 'total' }, { text: '' }, ...inSets(planned)],
  ];
}

function sumOf(planned: readonly Planned[], hue: Paint): Cell {
  if (planned.length === 0) return head('-');
  const groups = planned.reduce((sum, each) => sum + each.groups, 0);
  return { text: `+ ${total(planned)} in ${count(groups, 'group')}`, paint: hue };
}

export const holdingHead: Cell[] = [
  ...['account', 'region', 'group', `█ ours  ${HAND} by hand`].map(head),
  ...['rules', 'by hand'].map((text) => ({ ...head(text), right: true })),
  head('for'),
];

/** What groups hold, drawn. An account and a region are named once. */
export function holdingRows(holdings: readonly Holding[]): Cell[][] {
  return holdings.map(({ account, region, group, ours, byHand, sets }, index) => {
    const above = holdings[index - 1];
    const hue = hueOf(sets[0]);
    const [mine, theirs] = [bar(ours / RULES_PER_CELL), HAND.repeat(Math.ceil(byHand / RULES_PER_CELL))];
    return [
      { text: above?.account === account ? '' : account, paint: paint.bold },
      { text: above?.region === region ? '' : region },
      { text: group },
      { text: mine + theirs, paint: () => hue(mine) + theirs },
      { text: `${ours}`, right: true },
      { text: byHand > 0 ? `${byHand} kept` : '', right: true },
      { text: sets.join(', '), paint: hue },
    ];
  });
}

function head(text: string): Cell {
  return { text, paint: paint.dim };
}
