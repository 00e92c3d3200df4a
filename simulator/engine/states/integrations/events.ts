import { AwsError } from '../../../aws-error.ts';
import { StateFailure } from '../failure.ts';
import { isObject, type Json } from '../json.ts';
import { objectArguments, serviceFailure, type TaskCall } from './integration.ts';

interface PutEventsOutput {
  readonly FailedEntryCount?: number;
  readonly Entries?: readonly {
    readonly EventId?: string;
    readonly ErrorCode?: string;
    readonly ErrorMessage?: string;
  }[];
}

/**
 * `arn:aws:states:::events:putEvents`: details are given as JSON, and the execution is among the event's resources.
 *
 * Source  Step Functions guide, Add EventBridge events with Step Functions; a failed entry fails the task with EventBridge.FailedEntry
 */
export const putEvents = {
  async call(task: TaskCall): Promise<Json> {
    const { Entries } = objectArguments(task);
    const entries = (Array.isArray(Entries) ? Entries : []).filter(isObject).map((entry) => ({
      ...entry,
      ...(typeof entry['Detail'] === 'string' ? {} : { Detail: JSON.stringify(entry['Detail'] ?? {}) }),
      ...(typeof entry['Time'] === 'string' ? { Time: new Date(entry['Time']) } : {}),
      Resources: [
        ...(Array.isArray(entry['Resources']) ? entry['Resources'] : []),
        task.execution.machine.arn,
        task.execution.arn,
      ],
    }));
    const { world, place } = task.engine;
    const input = { Entries: entries };
    let output: PutEventsOutput;
    try {
      output = await world.invoke({
        service: 'eventbridge',
        operation: 'PutEvents',
        input,
        place,
        principal: task.principal,
      });
    } catch (error) {
      if (error instanceof AwsError) throw serviceFailure('EventBridge', 'EventBridgeException', error);
      throw error;
    }
    const answer: Json = {
      Entries: (output.Entries ?? []).map((entry) => ({ ...entry })),
      FailedEntryCount: output.FailedEntryCount ?? 0,
      SdkHttpMetadata: { HttpStatusCode: 200 },
    };
    if ((output.FailedEntryCount ?? 0) > 0) throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(answer));
    return answer;
  },
};
