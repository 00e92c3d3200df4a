import { type Dialogue, type WriteCall, write } from '../model/aws-call.ts';
import type { Drift } from '../model/drift.ts';
import { FLEET_TAG, TARGET_TAG, tagsOf } from '../model/ownership.ts';
import type { TargetKey } from '../model/target.ts';
import type { Place } from './kind.ts';

/** Somebody took our tags off, or they were never put on: it works, and the next owner cannot see whose it is. */
export const tagsMissing: Drift = {
  field: 'tags',
  desired: `Name, ${FLEET_TAG}, ${TARGET_TAG}`,
  observed: 'missing or changed',
  impact: 'none',
};

/** Puts our tags on an API Gateway resource; tags of others stay. */
export const tag = ({ region, declared }: Place, key: TargetKey, resourceArn: string): Dialogue<WriteCall, unknown> =>
  write(region, 'api-gateway', 'tagResource', { resourceArn, tags: tagsOf(declared.fleet.name, key) });
