import type { CloudTrail } from '@aws-sdk/client-cloudtrail';
import type { Call } from '../../service.ts';
import { type CloudTrailState, trailArn } from '../../services/cloudtrail/state.ts';
import type { Access } from '../access.ts';
import { type ActionTable, anywhere } from './action-table.ts';

const trail = (action: string, given: string | undefined = '', { place }: Call<CloudTrailState>): readonly Access[] => [
  { action: `cloudtrail:${action}`, resource: given.startsWith('arn:') ? given : trailArn(place, given) },
];

const byName =
  (action: string) =>
  ({ Name }: { Name?: string | undefined }, call: Call<CloudTrailState>): readonly Access[] =>
    trail(action, Name, call);

const byTrailName =
  (action: string) =>
  ({ TrailName }: { TrailName?: string | undefined }, call: Call<CloudTrailState>): readonly Access[] =>
    trail(action, TrailName, call);

/**
 * What CloudTrail asks of IAM.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for AWS CloudTrail"
 */
export const cloudtrailActions: ActionTable<CloudTrail, CloudTrailState> = {
  CreateTrail: byName('CreateTrail'),
  DeleteTrail: byName('DeleteTrail'),
  DescribeTrails: anywhere('cloudtrail:DescribeTrails'),
  GetTrailStatus: byName('GetTrailStatus'),
  StartLogging: byName('StartLogging'),
  StopLogging: byName('StopLogging'),
  GetEventSelectors: byTrailName('GetEventSelectors'),
  PutEventSelectors: byTrailName('PutEventSelectors'),
};
