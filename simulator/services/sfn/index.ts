import type { SFN } from '@aws-sdk/client-sfn';
import type { Service } from '../../service.ts';
import { executionOperations } from './executions.ts';
import type { SfnState } from './state.ts';
import { stateMachineOperations } from './state-machines.ts';
import { tellStatusChange } from './status-events.ts';
import { taskOperations } from './tasks.ts';

/**
 * AWS Step Functions: state machines in the Amazon States Language, Standard and Express.
 *
 * Not simulated: activities, aliases and versions, distributed Map and its map runs, TestState, encryption keys.
 */
export const sfn: Service<SFN, SfnState> = {
  name: 'sfn',
  eventSource: 'states.amazonaws.com',
  scope: 'regional',
  newState(place, world) {
    const state: SfnState = {
      engine: {
        world,
        place,
        random: world.random.fork(`sfn/${place.account}/${place.region}`),
        waitingTasks: new Map(),
        findExecution: (arn) => state.executions.get(arn),
        statusChanged: (execution) => tellStatusChange(world, place, execution),
      },
      machines: new Map(),
      executions: new Map(),
      recentExpress: [],
    };
    return state;
  },
  operations: { ...stateMachineOperations, ...executionOperations, ...taskOperations },
  // Source: Step Functions guide, Logging API calls with CloudTrail: executions and task tokens are data events or not recorded.
  dataEvents: new Set(['StartSyncExecution', 'SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat']),
};
