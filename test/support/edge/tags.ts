import { type Action, type Actions, xml } from './call.js';
import { strings, structures } from './ec2-wire.js';

/** Tags of what the edge keeps, or undefined where the account owns nothing of the id. */
export interface TagHolder {
  tagsOf(id: string, accountId: string): Map<string, string> | undefined;
}

/** Changes the tags of what the edge keeps; those of all else upstream. */
function change(
  holders: readonly TagHolder[],
  apply: (tags: Map<string, string>, tag: { Key: string; Value: string | undefined }) => void,
): Action {
  return (call, forward) => {
    const ids = strings(call.params, 'ResourceId');
    const upstream = ids.filter((id) => {
      const tags = holders.map((holder) => holder.tagsOf(id, call.accountId)).find((found) => found !== undefined);
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

export function tagActions(...holders: readonly TagHolder[]): Actions {
  return {
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
    CreateTags: change(holders, (tags, { Key, Value = '' }) => tags.set(Key, Value)),
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html */
    DeleteTags: change(holders, (tags, { Key, Value }) => {
      if (Value === undefined || tags.get(Key) === Value) tags.delete(Key);
    }),
  };
}
