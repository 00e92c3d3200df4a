import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { CommandsOf } from './commands.ts';

export const client = EventBridgeClient;

export const commands = {
  deleteRule: DeleteRuleCommand,
  describeRule: DescribeRuleCommand,
  listTargetsByRule: ListTargetsByRuleCommand,
  putEvents: PutEventsCommand,
  putRule: PutRuleCommand,
  putTargets: PutTargetsCommand,
  removeTargets: RemoveTargetsCommand,
} satisfies CommandsOf<'eventbridge'>;
