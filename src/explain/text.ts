import { scopeKey } from '../aws/scope.js';
import { cut } from '../cut.js';
import { groupBy } from '../group-by.js';
import { timeText } from '../kube/time.js';
import type { AccessListRef } from '../overview/overview.js';
import { UNREAD_NEXT } from '../overview/unread.js';
import { OBJECTS, printable } from '../plan/words.js';
import { plural } from '../plural.js';
import { type Colors, table } from '../printed.js';
import type { Explanation } from './explain.js';
import type { Extent, Membership } from './membership.js';
import { addressText } from './query.js';
import type { Admission, Reach } from './reach.js';

/** The answer is to fit on a screen: of longer lists it has the first. */
const MAX_ROWS = 20;
const MAX_CIDRS = 3;

/** The answer for a terminal. Ends with a newline. */
export function explainText(explanation: Explanation, colors: Colors): string {
  const { cidr, sets, reaches, reachedFrom, listedIn, doesNotReach, errors, read } = explanation;
  const address = addressText(cidr);
  const membersOf = (extent: Extent) => sets.filter((each) => each.extent === extent).flatMap(memberRows);
  const isOwned = ({ owned }: Admission) => owned;
  const misses = doesNotReach.map((miss) => [...whereWords(miss), miss.why]);
  const lists = [
    section(colors.bold(`${address} is in`), membersOf('Whole')),
    section(colors.bold(`a part of ${address} is in`), membersOf('Part')),
    section(
      colors.green('let in for sets'),
      reaches.flatMap((reach) => rowsOf(reach, isOwned)),
    ),
    section(
      colors.yellow('let in by rules that others made'),
      reaches.flatMap((reach) => rowsOf(reach, (by) => !by.owned)),
    ),
    section(
      colors.bold('may be called, for sets'),
      reachedFrom.flatMap((reach) => rowsOf(reach, isOwned)),
    ),
    section(
      colors.bold('listed, for others to refer to'),
      listedIn.flatMap((reach) => rowsOf(reach, isOwned)),
    ),
    section(colors.red('does not reach'), misses),
  ];
  const unread = errors.map(({ where, message }) => colors.red(`! ${where} could not be read: ${printable(message)}`));
  const from = `${plural(read.accounts, 'account')}, ${plural(read.scopes, 'account region')} read with ${plural(read.calls, 'call')}.`;
  const paragraphs = [
    ...(sets.length > 0 ? [] : [`${address} is in no set.`]),
    ...lists.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')),
    ...(unread.length > 0 ? [[...unread, UNREAD_NEXT].join('\n')] : []),
    `${verdict(explanation)}\n${from}`,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function section(title: string, rows: readonly string[][]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length - MAX_ROWS;
  return [
    title,
    ...table(rows.slice(0, MAX_ROWS)).map((line) => `  ${printable(line)}`),
    ...(more > 0 ? [`  ... and ${more} more: --output json has all`] : []),
  ];
}

/** `gitlab-access  203.0.113.0/26  Berlin office  office -> gitlab-access` */
function memberRows({ set, entries }: Membership): string[][] {
  return entries.map(({ cidr, description, path, leavesAt }) => [
    set,
    cidr,
    description + (leavesAt ? `, until ${timeText(Date.parse(leavesAt))}` : ''),
    path.length > 1 ? path.join(' -> ') : '',
  ]);
}

function rowsOf(reach: Reach, which: (by: Admission) => boolean): string[][] {
  const alike = groupBy(reach.by.filter(which), ({ ports: _, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].map((same) => {
    const [first] = same as [Admission];
    const ports = same.flatMap((by) => by.ports ?? []);
    return [...whereWords(reach), cut(ports, MAX_CIDRS), whatWords(first), whyWords(first)];
  });
}

/** `shared/eu-west-1`, `sg-0a1b`, `gitlab-nlb` */
function whereWords({ target, account, region, id, name }: AccessListRef): string[] {
  if (!account || !region) return ['in the cluster', OBJECTS[target], id];
  const hasShortId = target === 'securityGroups' || target === 'prefixLists';
  return [scopeKey({ account, region }), hasShortId ? id : OBJECTS[target], name];
}

function whatWords({ extent, cidrs, lists, unread }: Admission): string {
  const known = cidrs.length > 0 ? cut(cidrs, MAX_CIDRS) : '';
  const inLists = lists.length > 0 ? ` in ${lists.join(', ')}` : '';
  const part = known && extent === 'Part' ? ' (part)' : '';
  const perhaps = unread.length > 0 ? `${known && ', '}perhaps ${unread.join(', ')}` : '';
  return known + inLists + part + perhaps;
}

const HOW = { Wider: 'wider than', Equal: 'the same as', Narrower: 'within' };

function whyWords({ owned, sets, leftOver, than, description }: Admission): string {
  if (owned) return sets.length === 0 ? 'this install' : sets.join(', ') + (leftOver ? ', which has it no more' : '');
  const compared = than && `${HOW[than.how]} ${than.cidr} of ${than.set}`;
  const serves = sets.length > 0 && `serves ${sets.join(', ')}`;
  return [compared, serves, description && `"${description}"`].filter(Boolean).join(', ');
}

function verdict({ reaches, named }: Explanation): string {
  if (named === 0) return 'Nothing that was read has that id or name.';
  const [whole, part] = (['Whole', 'Part'] as const).map((extent) =>
    counts(reaches.filter((each) => each.extent === extent)),
  );
  if (!whole && !part) return 'Nothing that was read lets it in.';
  return [whole && `Let in by ${whole}.`, part && `A part of it, or perhaps all, let in by ${part}.`]
    .filter(Boolean)
    .join(' ');
}

/** `6 security groups, 1 EKS cluster`; empty where there are none. */
function counts(reaches: readonly Reach[]): string {
  return [...groupBy(reaches, ({ target }) => target)]
    .map(([target, all]) => plural(all.length, OBJECTS[target]))
    .join(', ');
}
