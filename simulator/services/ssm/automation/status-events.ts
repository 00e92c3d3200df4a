import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import { publish } from '../../eventbridge/publish.ts';
import type { Automation } from './automation.ts';

/**
 * Tells the default bus that an automation changed its status.
 *
 * Source  Systems Manager guide, Amazon EventBridge event examples: EC2 Automation Execution Status-change Notification
 */
export function tellStatusChange(world: World, place: Place, automation: Automation): void {
  if (!world.services.has('eventbridge')) return;
  const { id, documentName, documentVersion, startMs, endMs, startedBy, status } = automation;
  const nowMs = world.clock.nowMs();
  publish(world, place, 'default', {
    source: 'aws.ssm',
    detailType: 'EC2 Automation Execution Status-change Notification',
    resources: [
      `arn:aws:ssm:${place.region}:${place.account}:automation-execution/${id}`,
      `arn:aws:ssm:${place.region}:${place.account}:automation-definition/${documentName}:${documentVersion}`,
    ],
    detail: () => ({
      ExecutionId: id,
      Definition: documentName,
      DefinitionVersion: Number(documentVersion),
      Status: status,
      StartTime: new Date(startMs).toUTCString(),
      ...(endMs !== undefined && { EndTime: new Date(endMs).toUTCString() }),
      Time: nowMs / 1_000,
      ExecutedBy: startedBy.arn,
    }),
  });
}
