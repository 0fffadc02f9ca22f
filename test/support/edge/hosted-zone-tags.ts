import { type Actions, Refusal } from './call.js';
import { tagsWire } from './hosted-zone.js';
import { answered, type HostedZones } from './hosted-zones.js';
import { elementsAt, readXml, textAt } from './xml.js';

const MAX_TAGGED = 10;

export function hostedZoneTagActions(zones: HostedZones): Actions {
  return {
    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResource.html */
    ListTagsForResource: (call) => answered(call, { ResourceTagSet: tagsWire(zones.zone(call)) }),

    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html */
    ListTagsForResources: (call) => {
      const ids = elementsAt(readXml(call.body), 'ResourceIds', 'ResourceId').map(({ text }) => text);
      if (ids.length > MAX_TAGGED) throw new Refusal(400, 'InvalidInput', `More than ${MAX_TAGGED} resource IDs`);
      const ResourceTagSet = ids.map((id) => tagsWire(zones.zone(call, id)));
      return answered(call, { ResourceTagSets: { ResourceTagSet } });
    },

    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html */
    ChangeTagsForResource: (call) => {
      const { tags } = zones.zone(call);
      const body = readXml(call.body);
      for (const tag of elementsAt(body, 'AddTags', 'Tag'))
        tags.set(textAt(tag, 'Key') ?? '', textAt(tag, 'Value') ?? '');
      for (const { text } of elementsAt(body, 'RemoveTagKeys', 'Key')) tags.delete(text);
      return answered(call, {});
    },
  };
}
