import { cut } from '../cut.js';
import { groupBy } from '../group-by.js';
import { timeText } from '../kube/time.js';
import type { ObjectKind } from '../plan/report.js';
import { OBJECTS, printable } from '../plan/words.js';
import { plural } from '../plural.js';
import { type Colors, table } from '../printed.js';
import type { Row, SetRow, StatusReport, Trouble } from './report.js';

/** A company's status is to fit on a screen: of longer lists it has the first, what is not Ready before the rest. */
const MAX_ROWS = 10;
const MAX_NAMES = 5;

/** The status for a terminal. Ends with a newline. */
export function statusText(report: StatusReport, colors: Colors): string {
  const { accounts, sets, endpoints, pools, troubles } = report;
  const count = accounts.length + sets.length + endpoints.length + pools.length;
  if (count === 0) return 'There is no AwsAccount, CidrSet, PrivateLinkEndpoint or RunnerPool here.\n';
  const head = report.well ? colors.green(`All ${count} are Ready.`) : `${troubles.length} of ${count} are not Ready:`;
  const paragraphs = [
    [colors.bold(head)],
    troubleLines(troubles, (trouble) => (trouble.underWay ? colors.yellow : colors.red)),
    troubleLines(report.notes, () => colors.yellow),
    rows('ACCOUNT', accounts, {
      ID: ({ accountId }) => accountId,
      REGIONS: ({ regions }) => cut(regions, MAX_NAMES),
    }),
    rows('SET', sets, {
      CIDRS: ({ cidrs }) => `${cidrs}`,
      GROUPS: ({ groups }) => `${groups}`,
      RULES: ({ rules }) => `${rules}`,
      'BY OTHERS': ({ foreignRules }) => `${foreignRules}`,
      ALSO: (set) => objectWords(set),
      DRIFT: ({ drift }) => `${drift}`,
    }),
    rows('ENDPOINT', endpoints, {
      HOSTS: ({ hosts }) => cut(hosts, 2),
      ENDPOINTS: ({ endpoints }) => endpoints,
      RECORDS: ({ records }) => records,
      INTERCEPTION: ({ interception }) => (interception ? `${interception.mode} ${interception.hosts}` : '-'),
    }),
    rows('POOL', pools, {
      OS: ({ os }) => os,
      ISOLATION: ({ isolation }) => isolation,
      NODES: ({ nodes }) => nodes,
      MANAGER: ({ manager }) => manager,
      ENDPOINT: ({ endpoint = '-' }) => endpoint,
    }),
    [totals(report)],
  ];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What several say in the same words is told once. */
function troubleLines(troubles: readonly Trouble[], colorOf: (trouble: Trouble) => (text: string) => string): string[] {
  const alike = [...groupBy(troubles, ({ kind, reason, message }) => `${kind} ${reason} ${message}`).values()];
  const lines = alike.slice(0, MAX_ROWS).flatMap((same) => {
    const [first] = same as [Trouble];
    const kind = same.length > 1 ? `${first.kind}s` : first.kind;
    const names = cut(
      same.map(({ name }) => name),
      MAX_NAMES,
    );
    const since = first.since && same.length === 1 ? `, since ${timeText(Date.parse(first.since))}` : '';
    const message = first.message && `\n  ${printable(first.message)}`;
    return [`${colorOf(first)(`${kind} ${names}: ${first.reason}`)}${since}${message}`];
  });
  const more = alike.slice(MAX_ROWS).flat().length;
  return more > 0 ? [...lines, `... and ${more} more: --output json has all`] : lines;
}

function rows<T extends Row>(title: string, all: readonly T[], columns: Record<string, (row: T) => string>): string[] {
  if (all.length === 0) return [];
  const shown =
    all.length > MAX_ROWS ? [...all].sort((a, b) => Number(a.ready) - Number(b.ready)).slice(0, MAX_ROWS) : all;
  const cells = shown.map((row) => [
    row.name,
    ...Object.values(columns).map((text) => text(row)),
    row.ready ? 'True' : 'False',
    row.reason,
  ]);
  const lines = table([[title, ...Object.keys(columns), 'READY', 'REASON'], ...cells]).map(printable);
  const left = all.filter((row) => !shown.includes(row));
  if (left.length === 0) return lines;
  const unwell = left.filter(({ ready }) => !ready).length;
  return [...lines, `... and ${left.length} more, ${unwell > 0 ? `${unwell} of them not Ready` : 'all Ready'}`];
}

function objectWords({ objects, objectsOmitted }: Pick<SetRow, 'objects' | 'objectsOmitted'>): string {
  const parts = Object.entries(objects).map(([target, n]) => plural(n, OBJECTS[target as ObjectKind] ?? target));
  return [...parts, ...(objectsOmitted > 0 ? [`${objectsOmitted} more`] : [])].join(', ') || '-';
}

function totals({ accounts, sets, endpoints, pools }: StatusReport): string {
  const sum = (of: (set: SetRow) => number) => sets.reduce((total, set) => total + of(set), 0);
  const objects: Record<string, number> = {};
  for (const set of sets)
    for (const [target, n] of Object.entries(set.objects)) objects[target] = (objects[target] ?? 0) + n;
  const regions = accounts.reduce((total, account) => total + account.regions.length, 0);
  const rules = sum(({ rules }) => rules);
  const byOthers = sum(({ foreignRules }) => foreignRules);
  const also = objectWords({ objects, objectsOmitted: sum(({ objectsOmitted }) => objectsOmitted) });
  return [
    `${plural(accounts.length, 'account')} with ${plural(regions, 'account region')}`,
    `${plural(sets.length, 'set')} with ${plural(rules, 'rule')}, ${byOthers} of them made by others${also === '-' ? '' : `, ${also}`}`,
    plural(endpoints.length, 'endpoint'),
    plural(pools.length, 'pool'),
  ].join('; ');
}
