import { type Action, type Actions, xml } from './call.js';
import { strings, structures } from './ec2-wire.js';
import type { PrefixLists } from './prefix-lists.js';

/** Changes the tags of what the edge keeps; those of all else upstream. */
function change(
  prefixLists: PrefixLists,
  apply: (tags: Map<string, string>, tag: { Key: string; Value: string | undefined }) => void,
): Action {
  return (call, forward) => {
    const ids = strings(call.params, 'ResourceId');
    const upstream = ids.filter((id) => {
      const tags = prefixLists.tagsOf(id, call.accountId);
      for (const { Key = '', Value } of structures(call.params, 'Tag')) if (tags) apply(tags, { Key, Value });
      return !tags;
    });
    if (upstream.length === 0)
      return xml(200, `<${call.action}Response><return>true</return></${call.action}Response>`);
    const params = new URLSearchParams([...call.params].filter(([name]) => !name.startsWith('ResourceId.')));
    for (const [index, id] of upstream.entries()) params.set(`ResourceId.${index + 1}`, id);
    return forward(params);
  };
}

export function tagActions(prefixLists: PrefixLists): Actions {
  return {
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
    CreateTags: change(prefixLists, (tags, { Key, Value = '' }) => tags.set(Key, Value)),
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html */
    DeleteTags: change(prefixLists, (tags, { Key, Value }) => {
      if (Value === undefined || tags.get(Key) === Value) tags.delete(Key);
    }),
  };
}
