import {
  DeleteRuleCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemovePermissionCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { CommandsOf } from './commands.ts';

export const client = EventBridgeClient;

export const commands = {
  deleteRule: DeleteRuleCommand,
  describeEventBus: DescribeEventBusCommand,
  listRules: ListRulesCommand,
  listTargetsByRule: ListTargetsByRuleCommand,
  putEvents: PutEventsCommand,
  putPermission: PutPermissionCommand,
  putRule: PutRuleCommand,
  putTargets: PutTargetsCommand,
  removePermission: RemovePermissionCommand,
  removeTargets: RemoveTargetsCommand,
} satisfies CommandsOf<'eventbridge'>;
