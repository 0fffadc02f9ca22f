import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { permissions } from '../../../src/iam/permissions.js';
import { CALLS } from '../../../src/private-link-endpoint/calls.js';

interface Facts {
  /** Condition keys of the action itself. */
  keys: string[];
  /** By ARN, from the service on: the condition keys of the action with it. */
  resources: Record<string, string[]>;
}

/**
 * What AWS knows of each action, of the keys only those that are used here.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html, in September 2026
 */
const reference: Record<string, Facts> = JSON.parse(await readFile('test/support/iam/service-reference.json', 'utf8'));

it('has a name of its own for each, and says what it is for', () => {
  const sids = permissions.map(({ sid }) => sid);
  expect(sids.filter((sid, index) => sids.indexOf(sid) < index || !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
  expect(permissions.filter(({ why }) => why.length < 10)).toEqual([]);
});

it('reads no data, uses no keys, and changes nothing in IAM', () => {
  const actions = permissions.flatMap((each) => each.actions);
  const services = new Set(actions.map((action) => action.split(':')[0]));
  const networks = ['ec2', 'eks', 'elasticloadbalancing', 'ram', 'route53', 'servicequotas', 'vpce', 'wafv2'];
  expect([...services].sort()).toEqual([...networks, 'iam'].sort());
  expect(actions.filter((action) => action.startsWith('iam:'))).toEqual(['iam:PassRole', 'iam:GetRole']);
});

it('asks for each action on resources that AWS has for it, and on no wider ones', () => {
  const wrong = permissions.flatMap(({ sid, actions, resources }) =>
    actions
      .filter((action) => {
        const known = Object.keys(reference[action]?.resources ?? {});
        const optional = ['route53:AssociateVPCWithHostedZone'].includes(action);
        if (resources.includes('*')) return known.length > 0 && !optional;
        return !resources.some((resource) => known.some((each) => covers(each, resource)));
      })
      .map((action) => `${sid}: ${action} on ${resources}`),
  );
  expect(wrong).toEqual([]);
});

it('has no condition that AWS does not know for the action and its resource', () => {
  const wrong = permissions.flatMap(({ sid, actions, resources, conditions = [] }) =>
    actions.flatMap((action) => {
      const { keys = [], resources: known = {} } = reference[action] ?? {};
      const given = [
        ...keys,
        ...Object.entries(known).flatMap(([arn, more]) => (resources.some((each) => covers(arn, each)) ? more : [])),
      ];
      return conditions
        .filter(({ key }) => !given.includes(key.replace(/^(aws:\w+Tag)\/.*/, '$1')))
        .map(({ key }) => `${sid}: ${key} for ${action}`);
    }),
  );
  expect(wrong).toEqual([]);
});

it('knows every call that Sallyport makes', async () => {
  const called = new Set(Object.keys(CALLS));
  for (const file of await readdir('src', { recursive: true })) {
    if (!file.endsWith('.ts')) continue;
    const source = await readFile(join('src', file), 'utf8');
    if (!source.includes("from '@aws-sdk/")) continue;
    for (const [, name] of source.matchAll(/new (\w+)Command\(/g)) if (name) called.add(name);
  }
  const granted = permissions.flatMap(({ actions }) => actions.map((action) => action.split(':')[1]));
  const missing = [...called].filter((action) => !granted.includes(action));
  expect(missing).toEqual(['GetCallerIdentity']);
  expect(called.size).toBeGreaterThan(70);
});

/** Whether the reference's ARN `vpc-endpoint/*` is that of a narrower or the same `vpc-endpoint/*`. */
function covers(known: string, asked: string): boolean {
  const pattern = known.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`).test(asked);
}
