import type { Random } from '../../random.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import type { Execution } from './execution.ts';

/** A task that waits for SendTaskSuccess or SendTaskFailure. */
export interface WaitingTask {
  readonly executionArn: string;
  succeed(outputText: string): void;
  fail(error: string, cause: string | undefined): void;
  heartbeat(): void;
}

/** What the interpreter needs of the place it runs in. The Step Functions service is one; its state keeps the rest. */
export interface Engine {
  readonly world: World;
  readonly place: Place;
  readonly random: Random;
  readonly waitingTasks: Map<string, WaitingTask>;
  /** An execution of this place, as long as it is kept. */
  findExecution(arn: string): Execution | undefined;
  /** Called whenever an execution starts, closes or is redriven. */
  statusChanged(execution: Execution): void;
}
