import { type ConfigMap, configMaps as resource } from '../../../kube/owned/resources.js';
import { parseCidr } from '../../../net/cidr.js';
import type { ClusterKind, ClusterTarget } from '../../cluster/kind.js';

/** What the values of a ConfigMap may come to (kubernetes.io/docs/concepts/configuration/configmap). */
const MAX_BYTES = 1_048_576;

/** Other keys of the ConfigMap are not ours, and stay. */
export const configMaps: ClusterKind<ClusterTarget<'configMaps'>, ConfigMap> = {
  name: 'configMaps',
  resource,
  closes: false,

  cidrsOf({ data = {} }, target) {
    const texts = target ? [data[target.key] ?? ''] : Object.values(data);
    return texts.flatMap((text) => text.split(/[\s",[\]]+/)).filter((word) => parseCidr(word));
  },

  fields: ({ key, format }, cidrs) => ({ data: { [key]: format === 'JSON' ? json(cidrs) : lines(cidrs) } }),

  fieldsOf: ({ data }, { key }) => ({ data: { [key]: data?.[key] } }),

  describe: ({ key, format }) => `${key} as ${format}`,

  excess(fields) {
    const [text = ''] = Object.values(fields.data as Record<string, string>);
    const bytes = Buffer.byteLength(text);
    return bytes > MAX_BYTES ? `it would hold ${bytes} bytes; a ConfigMap takes ${MAX_BYTES}` : undefined;
  },
};

function lines(cidrs: readonly string[]): string {
  return cidrs.map((cidr) => `${cidr}\n`).join('');
}

function json(cidrs: readonly string[]): string {
  return `${JSON.stringify(cidrs, null, 2)}\n`;
}
