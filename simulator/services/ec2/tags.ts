import type { Tag, TagDescription, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { required } from './errors.ts';
import { type FindableName, find, findRule } from './find.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { Ec2State } from './state.ts';

const TAGS_PER_RESOURCE = 50;

/** How AWS calls what has a certain prefix of id, and where to find it. */
const taggable: Readonly<Record<string, { readonly type: string; readonly found: FindableName | 'rule' }>> = {
  vpc: { type: 'vpc', found: 'vpc' },
  subnet: { type: 'subnet', found: 'subnet' },
  rtb: { type: 'route-table', found: 'route-table' },
  acl: { type: 'network-acl', found: 'network-acl' },
  sg: { type: 'security-group', found: 'security-group' },
  sgr: { type: 'security-group-rule', found: 'rule' },
  pcx: { type: 'vpc-peering-connection', found: 'peering' },
  vpce: { type: 'vpc-endpoint', found: 'endpoint' },
  eni: { type: 'network-interface', found: 'network-interface' },
  igw: { type: 'internet-gateway', found: 'internet-gateway' },
};

const kindOfId = (id: string): (typeof taggable)[string] | undefined => taggable[id.slice(0, id.indexOf('-'))];

/** A resource's tags in this account and Region, in AWS's shape. */
export const tagsOf = (state: Ec2State, id: string): Tag[] => {
  const tags: Tag[] = [];
  for (const [Key, Value] of state.tags.get(id) ?? []) tags.push({ Key, Value });
  return tags;
};

/** The tags a create asks for, checked before anything is made: a refused tag leaves no resource behind. */
export function tagsFor(type: string, specifications: readonly TagSpecification[] | undefined): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { ResourceType, Tags } of specifications ?? []) {
    if (ResourceType !== type)
      throw new AwsError(
        'InvalidParameterValue',
        `'${String(ResourceType)}' is not a valid taggable resource type for this operation.`,
      );
    for (const [key, value] of checked(Tags ?? [])) tags.set(key, value);
  }
  refuseTooMany(tags.size);
  return tags;
}

/** Keeps what `tagsFor` read. A resource without tags has no entry. */
export function keepTags(state: Ec2State, id: string, tags: Map<string, string>): void {
  if (tags.size > 0) state.tags.set(id, tags);
}

function checked(tags: readonly Tag[]): Map<string, string> {
  const checkedTags = new Map<string, string>();
  for (const { Key, Value } of tags) {
    const key = required(Key, 'Tag.Key');
    if (key.toLowerCase().startsWith('aws:'))
      throw new AwsError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    if (key.length > 128)
      throw new AwsError('InvalidParameterValue', `Tag key exceeds the maximum length of 128 characters`);
    if ((Value ?? '').length > 256)
      throw new AwsError('InvalidParameterValue', `Tag value exceeds the maximum length of 256 characters`);
    if (checkedTags.has(key)) throw new AwsError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    checkedTags.set(key, Value ?? '');
  }
  return checkedTags;
}

function refuseTooMany(count: number): void {
  if (count > TAGS_PER_RESOURCE)
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
}

function refuseUnknown(state: Ec2State, id: string): void {
  const kind = kindOfId(id);
  if (kind === undefined) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  if (kind.found === 'rule') findRule(state, id);
  else find(state, kind.found, id);
}

export const createTags: Operation<'CreateTags'> = (input, { state }) => {
  const ids = required(input.Resources, 'resourceIdSet');
  const tags = checked(required(input.Tags, 'tagSet'));
  // All or nothing: every id and every limit first.
  for (const id of ids) {
    refuseUnknown(state, id);
    refuseTooMany(new Set([...(state.tags.get(id)?.keys() ?? []), ...tags.keys()]).size);
  }
  for (const id of ids) {
    const kept = state.tags.get(id) ?? new Map<string, string>();
    for (const [key, value] of tags) kept.set(key, value);
    keepTags(state, id, kept);
  }
  return {};
};

/** Without tags, all of them go; a tag with a value goes only if it has that value. */
export const deleteTags: Operation<'DeleteTags'> = (input, { state }) => {
  const ids = required(input.Resources, 'resourceIdSet');
  for (const id of ids) refuseUnknown(state, id);
  for (const id of ids) {
    const kept = state.tags.get(id);
    if (kept === undefined) continue;
    if (input.Tags === undefined || input.Tags.length === 0) kept.clear();
    for (const { Key, Value } of input.Tags ?? []) {
      const key = required(Key, 'Tag.Key');
      if (Value === undefined || kept.get(key) === Value) kept.delete(key);
    }
    if (kept.size === 0) state.tags.delete(id);
  }
  return {};
};

/** A tag as an item of its own: `id` orders the pages. */
interface TagOfResource extends Required<TagDescription> {
  readonly id: string;
}

function everyTag({ state }: Ec2Call): TagOfResource[] {
  const all: TagOfResource[] = [];
  for (const [ResourceId, tags] of state.tags) {
    const ResourceType = kindOfId(ResourceId)?.type as TagDescription['ResourceType'];
    if (ResourceType === undefined) continue;
    for (const [Key, Value] of tags) all.push({ id: `${ResourceId}/${Key}`, ResourceId, ResourceType, Key, Value });
  }
  return all;
}

export const describeTags: Operation<'DescribeTags'> = (input, call) => {
  // Here `tag:<key>` looks at the tag itself, so it cannot be left to the filters that all describes share.
  const filters = (input.Filters ?? []).flatMap((filter) =>
    filter.Name?.startsWith('tag:')
      ? [
          { Name: 'key', Values: [filter.Name.slice('tag:'.length)] },
          { ...filter, Name: 'value' },
        ]
      : [filter],
  );
  const page = listed(
    everyTag(call),
    { ...input, Filters: filters },
    {
      key: (tag) => tag.Key,
      value: (tag) => tag.Value,
      'resource-id': (tag) => tag.ResourceId,
      'resource-type': (tag) => tag.ResourceType,
    },
    call,
  );
  const Tags = page.items.map(({ Key, Value, ResourceId, ResourceType }) => ({ Key, Value, ResourceId, ResourceType }));
  return { Tags, ...furtherPages(page) };
};
