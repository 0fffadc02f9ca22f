import { bottlerocketUserData } from './bottlerocket.js';
import { hostsFiles } from './files.js';
import type { UserDataInput } from './input.js';
import { linuxUserData } from './linux.js';
import { mirrorsOf } from './mirrors.js';
import type { Rendered } from './result.js';
import { sized } from './size.js';

/** What a pool's nodes are started with. The same bytes for the same wishes, however they are spelled or ordered. */
export function userDataOf(input: UserDataInput): Rendered {
  const { nodes } = input.pool.spec;
  switch (nodes.os) {
    case 'Bottlerocket':
      return bottlerocketUserData(input);
    case 'Custom': {
      const files = hostsFiles(mirrorsOf(nodes, input.endpoint), nodes);
      return sized(input.pool, { text: nodes.userData ?? '', files, notes: [] });
    }
    default:
      return linuxUserData(input, nodes.os);
  }
}
