import type { AutomationDocument } from './document.ts';
import { because, fleet, overrideMinutes, policy, region, why } from './parameters.ts';
import { RUNBOOK_ROLE, type RunbookSettings, roleArn } from './settings.ts';
import { APPROVED_BY, askApproval, json, outputsOf, runWorkflow, STARTED_BY, whoAsks } from './steps.ts';

/**
 * `landbridge evacuate --override`: puts an override of one policy on record, in the name of whoever
 * started this and for a while, and moves callers over it. Somebody else always approves.
 */
export const breakGlass = (settings: RunbookSettings): AutomationDocument => ({
  schemaVersion: '0.3',
  description:
    'Evacuates a member of a Landbridge fleet over one policy that forbids it. The override is named, and expires.',
  assumeRole: roleArn(settings, RUNBOOK_ROLE),
  parameters: {
    Fleet: fleet,
    Region: region('The serving member that callers are moved off.'),
    Policy: policy,
    Why: why,
    Minutes: overrideMinutes,
    Because: because,
  },
  variables: { Console: { type: 'String', default: 'not started' } },
  mainSteps: [
    whoAsks,
    askApproval(
      settings,
      '{{ whoAsks.Arn }} asks to evacuate {{ Region }} of the fleet {{ Fleet }} over the policy {{ Policy }}: {{ Why }}',
      'start',
    ),
    ...runWorkflow(settings, {
      workflow: 'evacuate-region',
      input: json({
        fleet: '{{ Fleet }}',
        region: '{{ Region }}',
        by: APPROVED_BY,
        because: '{{ Because }}',
        approve: { raw: 'true' },
        override: {
          raw: json({ policy: '{{ Policy }}', by: STARTED_BY, why: '{{ Why }}', minutes: { raw: '{{ Minutes }}' } }),
        },
      }),
    }),
  ],
  outputs: ['whoAsks.Arn', 'askApproval.ApprovalStatus', ...outputsOf()],
});
