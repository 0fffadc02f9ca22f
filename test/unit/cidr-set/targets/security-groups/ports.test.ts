import { expect, it } from '@jest/globals';
import {
  canonicalPorts,
  covers,
  parsePorts,
  portsText,
} from '../../../../../src/cidr-set/targets/security-groups/ports.js';

it.each(['tcp/443', 'udp/53', 'tcp/8000-8080', 'icmp', 'all'])('%s is read and written back', (text) => {
  const ports = parsePorts(text);
  expect(ports && portsText(ports)).toBe(text);
});

it.each(['tcp/0', 'tcp/65536', 'tcp/8080-8000', 'sctp/1', 'tcp', 'tcp/443,', '443', ''])(
  '"%s" is not a port',
  (text) => {
    expect(parsePorts(text)).toBeUndefined();
  },
);

it.each<[outer: string, inner: string, covered: boolean]>([
  ['tcp/1-1024', 'tcp/443', true],
  ['tcp/443', 'tcp/443-444', false],
  ['udp/1-1024', 'tcp/443', false],
  ['all', 'tcp/443', true],
  ['tcp/1-65535', 'all', false],
])('%s covers %s: %s', (outer, inner, covered) => {
  const [outerPorts, innerPorts] = [parsePorts(outer), parsePorts(inner)];
  expect(outerPorts && innerPorts && covers(outerPorts, innerPorts)).toBe(covered);
});

it.each<[protocol: string, from: number | undefined, to: number | undefined, text: string]>([
  ['6', 443, 443, 'tcp/443'],
  ['-1', undefined, undefined, 'all'],
  ['-1', 0, 65535, 'all'],
  ['icmp', undefined, undefined, 'icmp'],
  ['58', -1, -1, 'icmpv6'],
])('EC2 may spell %s %s %s for %s', (protocol, from, to, text) => {
  expect(portsText(canonicalPorts(protocol, from, to))).toBe(text);
});
