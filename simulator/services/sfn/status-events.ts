import type { Execution } from '../../engine/states/execution.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { publish } from '../eventbridge/publish.ts';

/**
 * Tells the default bus that a Standard execution changed its status.
 *
 * Source  Step Functions guide, Automating Step Functions event delivery with EventBridge
 */
export function tellStatusChange(world: World, place: Place, execution: Execution): void {
  if (execution.machine.type === 'EXPRESS' || !world.services.has('eventbridge')) return;
  const { stopMs, outputText, error, cause, redriveMs } = execution;
  publish(world, place, 'default', {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [execution.arn],
    detail: () => ({
      executionArn: execution.arn,
      stateMachineArn: execution.machine.arn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startMs,
      stopDate: stopMs ?? null,
      input: execution.inputText,
      output: outputText ?? null,
      inputDetails: { included: true },
      outputDetails: outputText === undefined ? null : { included: true },
      error: error ?? null,
      cause: cause ?? null,
      redriveCount: execution.redriveCount,
      redriveDate: redriveMs ?? null,
      redriveStatus: null,
      redriveStatusReason: null,
    }),
  });
}
