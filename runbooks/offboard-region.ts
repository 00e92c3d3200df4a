import type { AutomationDocument } from './document.ts';
import { because, fleet, region } from './parameters.ts';
import { RUNBOOK_ROLE, type RunbookSettings, roleArn } from './settings.ts';
import { APPROVED_BY, askApproval, json, outputsOf, runWorkflow, whoAsks } from './steps.ts';

/** `landbridge offboard`. What it removes is not soon there again, so somebody always approves. */
export const offboardRegion = (settings: RunbookSettings): AutomationDocument => ({
  schemaVersion: '0.3',
  description: 'Takes a Region out of a Landbridge fleet: callers are moved first, then all of the fleet there goes.',
  assumeRole: roleArn(settings, RUNBOOK_ROLE),
  parameters: { Fleet: fleet, Region: region('The member that is to leave.'), Because: because },
  variables: { Console: { type: 'String', default: 'not started' } },
  mainSteps: [
    whoAsks,
    askApproval(
      settings,
      '{{ whoAsks.Arn }} asks to take {{ Region }} out of the fleet {{ Fleet }}: {{ Because }}',
      'start',
    ),
    ...runWorkflow(settings, {
      workflow: 'offboard-region',
      input: json({ fleet: '{{ Fleet }}', region: '{{ Region }}', by: APPROVED_BY, because: '{{ Because }}' }),
    }),
  ],
  outputs: ['whoAsks.Arn', 'askApproval.ApprovalStatus', ...outputsOf()],
});
