import type { Drift } from './drift.ts';
import type { TargetKey } from './target.ts';

export const FLEET_TAG = 'landbridge:fleet';
export const TARGET_TAG = 'landbridge:target';

/** What a description or a comment says of whose a resource is, where a list answers without tags. */
export const markOf = (fleet: string, key: TargetKey): string => `landbridge ${fleet} ${key}`;

/** The tags that make a resource ours, in the shape most services take. `Name` is for people's eyes. */
export const tagsOf = (fleet: string, key: TargetKey): Record<string, string> => ({
  Name: markOf(fleet, key),
  [FLEET_TAG]: fleet,
  [TARGET_TAG]: key,
});

/** EC2's shape of the same. */
export const ec2TagsOf = (fleet: string, key: TargetKey): { Key: string; Value: string }[] =>
  Object.entries(tagsOf(fleet, key)).map(([Key, Value]) => ({ Key, Value }));

type TagMap = Readonly<Record<string, string>> | undefined;

/** Whether tags say that a resource is this target. */
export const isTagged = (tags: TagMap, fleet: string, key: TargetKey): boolean =>
  tags?.[FLEET_TAG] === fleet && tags[TARGET_TAG] === key;

/** Whether all of our tags are there. Tags of others beside them are theirs. */
export const hasAllTags = (tags: TagMap, fleet: string, key: TargetKey): boolean =>
  Object.entries(tagsOf(fleet, key)).every(([tag, value]) => tags?.[tag] === value);

/** Somebody took our tags off, or they were never put on: it works, and the next owner cannot see whose it is. */
export const tagsMissing: Drift = {
  field: 'tags',
  desired: `Name, ${FLEET_TAG}, ${TARGET_TAG}`,
  observed: 'missing or changed',
  impact: 'none',
};
