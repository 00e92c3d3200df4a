import type { ResourceType, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { type Dialogue, type WriteCall, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { ec2TagsOf, hasAllTags, isTagged } from '../model/ownership.ts';
import type { TargetKey } from '../model/target.ts';
import type { Place } from './kind.ts';

type Tags = readonly Tag[] | undefined;

const recordOf = (tags: Tags): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

/** Whether tags say that a resource is this target. */
export const bears = ({ declared }: Place, key: TargetKey, tags: Tags): boolean =>
  isTagged(recordOf(tags), declared.fleet.name, key);

/** Whether all of our tags are there. */
export const bearsAll = ({ declared }: Place, key: TargetKey, tags: Tags): boolean =>
  hasAllTags(recordOf(tags), declared.fleet.name, key);

/** Tags that are on a resource from its first moment: whoever dies after creating it leaves nothing nameless. */
export const tagged = ({ declared }: Place, key: TargetKey, ResourceType: ResourceType): TagSpecification[] => [
  { ResourceType, Tags: ec2TagsOf(declared.fleet.name, key) },
];

/** Puts our tags on resources of EC2, up to 1,000 in one call; tags of others stay. */
export const tag = ({ region, declared }: Place, key: TargetKey, ids: string[]): Dialogue<WriteCall, unknown> =>
  write(region, 'ec2', 'createTags', { Resources: ids, Tags: ec2TagsOf(declared.fleet.name, key) });

/** Puts them back before what they are on is deleted: nothing may be deleted that bears no fleet's tag. */
export function* tagAgain(
  { region, declared }: Place,
  key: TargetKey,
  observed: { readonly id: string; readonly hasAllTags: boolean },
): Dialogue<WriteCall, void> {
  if (observed.hasAllTags) return;
  const Tags = ec2TagsOf(declared.fleet.name, key);
  yield* writeUnlessAbsent(region, 'ec2', 'createTags', { Resources: [observed.id], Tags });
}
