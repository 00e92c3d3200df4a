import {
  DeleteRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
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
  listRules: ListRulesCommand,
  listTargetsByRule: ListTargetsByRuleCommand,
  putEvents: PutEventsCommand,
  putRule: PutRuleCommand,
  putTargets: PutTargetsCommand,
  removeTargets: RemoveTargetsCommand,
} satisfies CommandsOf<'eventbridge'>;
