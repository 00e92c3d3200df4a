import type { WorldMs } from '../../clock.ts';
import type { Engine } from '../../engine/states/engine.ts';
import type { Execution, Machine } from '../../engine/states/execution.ts';
import type { StateHome } from '../../service.ts';
import { tellStatusChange } from './status-events.ts';

/** A state machine as Step Functions keeps it. */
export interface StateMachineRecord {
  machine: Machine;
  readonly createdMs: WorldMs;
  updatedMs: WorldMs;
  description: string | undefined;
  loggingConfiguration: object | undefined;
  tracingEnabled: boolean;
  readonly tags: Map<string, string>;
  /** Newest last. */
  readonly executions: Execution[];
}

/** Step Functions in one account and Region. */
export interface SfnState {
  readonly engine: Engine;
  readonly machines: Map<string, StateMachineRecord>;
  /** Standard executions by ARN, in order of their start. Closed ones go after 90 days. */
  readonly executions: Map<string, Execution>;
  /** Executions of Express machines that ran last: AWS keeps none, whoever debugs wants a few. */
  readonly recentExpress: Execution[];
}

export const sfnHome: StateHome<SfnState> = {
  name: 'sfn',
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
};
