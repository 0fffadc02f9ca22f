import { describe, expect, it } from '@jest/globals';
import { MARKER, planMarkdown } from '../../../src/plan/markdown.js';
import { group, planInput, wish } from '../cidr-set/build.js';
import { reportOf } from './build.js';

const office = wish('office', ['203.0.113.0/24', '198.51.100.0/24']);

describe('planMarkdown', () => {
  it('begins with the mark that a bot finds it by, and folds each account and region', () => {
    const comment = planMarkdown(reportOf([planInput([office], [group([])])]));
    expect(comment.startsWith(`${MARKER}\n`)).toBe(true);
    expect(comment).toMatchInlineSnapshot(`
      "<!-- sallyport plan -->

      ### Sallyport plan: 2 to add, 0 to change, 0 to remove, 0 groups over quota

      <details><summary>shared / eu-west-1: 2 changes</summary>

      \`\`\`diff
         sg-1  name of sg-1
      +    tcp/443  198.51.100.0/24  office
      +    tcp/443  203.0.113.0/24   office
           quota: 2 of 60 inbound IPv4 rules
      \`\`\`

      </details>

      1 account, 1 account region, 1 group, 0 rules of this install read with 9 calls.
      "
    `);
  });

  it('keeps to what a comment may hold, and says what it leaves out', () => {
    const networks = Array.from({ length: 200 }, (_, i) => `10.${i}.0.0/24`);
    const groups = Array.from({ length: 20 }, (_, i) => group([], { app: 'gitlab' }, `sg-${i}`));
    const regions = ['eu-west-1', 'us-east-1'].map((region) => {
      const input = planInput([wish('office', networks)], groups, 1000);
      return { ...input, scope: { ...input.scope, region } };
    });
    const errors = Array.from({ length: 500 }, (_, i) => ({
      where: `account-${i}`,
      message: 'x'.repeat(1000),
    }));
    for (const report of [reportOf(regions), reportOf(regions, { errors })]) {
      const comment = planMarkdown(report);
      expect(comment.length).toBeLessThan(65_536);
      const shown = comment.match(/^\+ /gm)?.length ?? 0;
      const [, omitted] = /\*\*(\d+) more lines\*\* did not fit/.exec(comment) ?? [];
      expect(shown).toBeGreaterThan(0);
      expect(shown + Number(omitted)).toBeGreaterThanOrEqual(8_000);
    }
  });

  it('lets nothing that others wrote out of its block', () => {
    const named = { ...group([]), name: 'x```\n</details><img src=x>' };
    const errors = [{ where: 'team-b', message: '```\n# @everyone' }];
    const comment = planMarkdown(reportOf([planInput([office], [named])], { errors }));
    const outside = comment.replace(/^```diff\n.*?^```$/gms, '');
    expect(outside).not.toMatch(/img|everyone/);
    expect(comment).toContain('img');
  });
});
