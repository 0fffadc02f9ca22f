import { describe, expect, it } from '@jest/globals';
import { createColors } from 'picocolors';
import { planText } from '../../../src/plan/text.js';
import { foreign, group, owned, planInput, wish } from '../cidr-set/build.js';
import { reportOf } from './build.js';

const plain = createColors(false);
const office = wish('office', ['203.0.113.0/24']);
const inSync = group([foreign('tcp/22 192.0.2.0/24'), owned('tcp/443 203.0.113.0/24', '[office]')]);

describe('planText', () => {
  it('shows a group as a diff, with what stays and how full it gets', () => {
    const described = {
      ...office,
      cidrs: office.cidrs.map((cidr) => ({ ...cidr, description: 'Berlin' })),
    };
    const before = group([
      foreign('tcp/22 192.0.2.0/24'),
      owned('tcp/443 198.51.100.7/32', '[office] Porto'),
      owned('tcp/443 10.0.0.0/8', '[vpn]'),
    ]);
    const planned = wish('vpn', ['10.0.0.0/9'], { mode: 'Plan' });
    const released = wish('old', [], { release: 'Delete', targets: {} });
    const gone = group([owned('tcp/443 192.0.2.1/32', '[old]')], {}, 'sg-2');
    expect(
      planText(reportOf([planInput([described, planned, released], [before, gone])]), plain),
    ).toMatchInlineSnapshot(`
      "shared / eu-west-1
        sg-1  name of sg-1
          + tcp/443  10.0.0.0/9       vpn (not written: mode is Plan)
          + tcp/443  203.0.113.0/24   office (Berlin)
          - tcp/443  10.0.0.0/8       vpn (not written: mode is Plan)
          - tcp/443  198.51.100.7/32  office (no longer listed)
          = 2 rules kept, 1 of them made by others
          quota: 3 of 60 inbound IPv4 rules
        sg-2  name of sg-2
          - tcp/443  192.0.2.1/32  old (the set is deleted)
          quota: 0 of 60 inbound IPv4 rules

      1 account, 1 account region, 2 groups, 3 rules of this install read with 9 calls.
      Plan: 1 to add, 0 to change, 2 to remove, 2 held, 0 groups over quota.
      "
    `);
  });

  it('is one line where there is nothing to do', () => {
    expect(planText(reportOf([planInput([office], [inSync])]), plain)).toMatchInlineSnapshot(`
      "In sync: 1 group, 1 rule of this install. 9 calls.
      "
    `);
  });

  it('tells of rules of unknown sets once, as nobody asks for a change', () => {
    const text = planText(reportOf([planInput([], [inSync])]), plain);
    expect(text).toMatchInlineSnapshot(`
      "1 entry of office left alone: no such CidrSet is known here.
      In sync: 1 group, 1 rule of this install. 9 calls.
      "
    `);
  });

  it('tells the arithmetic of a group that is held', () => {
    expect(
      planText(reportOf([planInput([wish('office', ['10.1.0.0/16', '10.3.0.0/16'])], [inSync], 2)]), plain),
    ).toMatchInlineSnapshot(`
      "shared / eu-west-1
        sg-1  name of sg-1
          + tcp/443  10.1.0.0/16     office (held: over quota)
          + tcp/443  10.3.0.0/16     office (held: over quota)
          - tcp/443  203.0.113.0/24  office (held: over quota)
          = 2 rules kept, 1 of them made by others
          quota: 3 of 2 inbound IPv4 rules
        ! sg-1 (name of sg-1) would hold 3 inbound IPv4 rules: 2 now, 2 to add, 1 to remove; the quota is 2, which AWS begins with, as Service Quotas can't be read. The group is left as it is: let in fewer CIDRs or ports, or raise the quota, to 200 at most with 5 groups an interface

      1 account, 1 account region, 1 group, 1 rule of this install read with 9 calls.
      Plan: 0 to add, 0 to change, 0 to remove, 3 held, 1 group over quota.
      "
    `);
  });

  it('tells what could not be read, and names each missing permission once', () => {
    const denied = {
      message: 'ec2:DescribeSecurityGroups was denied',
      permission: 'ec2:DescribeSecurityGroups',
    };
    const errors = ['eu-west-1', 'us-east-1'].map((region) => ({
      where: `team-b/${region}`,
      accountId: '333333333333',
      ...denied,
    }));
    const problems = [
      {
        set: 'office',
        reason: 'UnknownInclude',
        message: 'office includes moon',
      },
    ];
    expect(planText(reportOf([], { errors, problems }), plain)).toMatchInlineSnapshot(`
      "! office: office includes moon
      ! team-b/eu-west-1 could not be read: ec2:DescribeSecurityGroups was denied
      ! team-b/us-east-1 could not be read: ec2:DescribeSecurityGroups was denied

      Missing permissions:
        team-b (333333333333): ec2:DescribeSecurityGroups

      0 accounts, 0 account regions, 0 groups, 0 rules of this install read with 9 calls.
      Plan: nothing to do in what could be read.
      "
    `);
  });

  it('colours what is done, and dims what is held', () => {
    const colours = createColors(true);
    const text = (mode: 'Plan' | 'Enforce') =>
      planText(reportOf([planInput([{ ...office, mode }], [group([])])]), colours);
    expect(text('Enforce')).toContain(colours.green('    + tcp/443  203.0.113.0/24  office'));
    expect(text('Plan')).toContain(colours.dim('    + tcp/443  203.0.113.0/24  office (not written: mode is Plan)'));
  });

  it('lets no control character through', () => {
    const named = { ...group([]), name: 'evil\u001b[31m\u202egroup' };
    expect(planText(reportOf([planInput([office], [named])]), plain)).toContain('evil\ufffd[31m\ufffdgroup');
  });
});
