import type { SFN } from '@aws-sdk/client-sfn';
import type { Service } from '../../service.ts';
import { executionOperations } from './executions.ts';
import { type SfnState, sfnHome } from './state.ts';
import { stateMachineOperations } from './state-machines.ts';
import { taskOperations } from './tasks.ts';

/**
 * AWS Step Functions: state machines in the Amazon States Language, Standard and Express.
 *
 * Not simulated: activities, aliases and versions, distributed Map and its map runs, TestState, encryption keys.
 */
export const sfn: Service<SFN, SfnState> = {
  ...sfnHome,
  eventSource: 'states.amazonaws.com',
  operations: { ...stateMachineOperations, ...executionOperations, ...taskOperations },
  // Source: Step Functions guide, Logging API calls with CloudTrail: executions and task tokens are data events or not recorded.
  dataEvents: new Set(['StartSyncExecution', 'SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat']),
};
