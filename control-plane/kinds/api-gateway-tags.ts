import { type Dialogue, type WriteCall, write } from '../model/aws-call.ts';
import { tagsOf } from '../model/ownership.ts';
import type { TargetKey } from '../model/target.ts';
import type { Place } from './kind.ts';

/** Puts our tags on an API Gateway resource; tags of others stay. */
export const tag = ({ region, declared }: Place, key: TargetKey, resourceArn: string): Dialogue<WriteCall, unknown> =>
  write(region, 'api-gateway', 'tagResource', { resourceArn, tags: tagsOf(declared.fleet.name, key) });
