import type { ResourceTagSet, Route53, TagResourceType } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { bareId, zoneNamed } from './answers.ts';
import { healthCheckNamed } from './health-checks.ts';
import type { Route53State } from './state.ts';

const MOST_TAGS = 10;

/** Where a resource's tags are kept; refuses what does not exist. */
function tagKey(state: Route53State, type: TagResourceType | undefined, id: string | undefined): string {
  if (type === 'hostedzone') return `hostedzone/${zoneNamed(state, id).id}`;
  if (type === 'healthcheck') return `healthcheck/${healthCheckNamed(state, id).id}`;
  throw new AwsError('InvalidInput', `Invalid resource type: ${type}`);
}

function tagSet(state: Route53State, type: TagResourceType | undefined, id: string | undefined): ResourceTagSet {
  const tags = state.tags.get(tagKey(state, type, id)) ?? new Map<string, string>();
  return {
    ResourceType: type,
    ResourceId: bareId(id),
    Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

export const tagOperations: Operations<Route53, Route53State> = {
  ChangeTagsForResource({ ResourceType, ResourceId, AddTags, RemoveTagKeys }, { state }) {
    if ((AddTags ?? []).length === 0 && (RemoveTagKeys ?? []).length === 0)
      throw new AwsError('InvalidInput', 'You must specify AddTags, RemoveTagKeys, or both.');
    const key = tagKey(state, ResourceType, ResourceId);
    const tags = new Map(state.tags.get(key));
    for (const { Key = '', Value = '' } of AddTags ?? []) tags.set(Key, Value);
    for (const removed of RemoveTagKeys ?? []) tags.delete(removed);
    if (tags.size > MOST_TAGS) throw new AwsError('InvalidInput', `A resource may have at most ${MOST_TAGS} tags.`);
    state.tags.set(key, tags);
    return {};
  },

  ListTagsForResource: ({ ResourceType, ResourceId }, { state }) => ({
    ResourceTagSet: tagSet(state, ResourceType, ResourceId),
  }),

  ListTagsForResources({ ResourceType, ResourceIds }, { state }) {
    const ids = ResourceIds ?? [];
    if (ids.length < 1 || ids.length > 10) throw new AwsError('InvalidInput', 'You must specify 1 to 10 resource ids.');
    return { ResourceTagSets: ids.map((id) => tagSet(state, ResourceType, id)) };
  },
};
