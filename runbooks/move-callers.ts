import type { AutomationDocument, Parameter } from './document.ts';
import { because, fleet, region, requireApproval } from './parameters.ts';
import { RUNBOOK_ROLE, type RunbookSettings, roleArn } from './settings.ts';
import { APPROVED_BY, askApproval, choose, json, outputsOf, runWorkflow, STARTED_BY, whoAsks } from './steps.ts';

interface Move {
  readonly workflow: string;
  readonly description: string;
  /** 'evacuate' */
  readonly verb: string;
  readonly regionIs: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly fields?: Readonly<Record<string, { readonly raw: string }>>;
}

/** How the refusal of the policy `approval` begins, and of no other: `handlers/runtime/permit.ts`. */
const REFUSED_FOR_WANT_OF_APPROVAL = 'approval: ';

/**
 * A runbook that moves callers. It starts the workflow without an approval; where the fleet file asks for one the
 * workflow refuses, nothing was changed, and the runbook asks for it and starts the workflow again, with it.
 */
export function moveCallers(
  settings: RunbookSettings,
  { workflow, description, verb, regionIs, parameters = {}, fields = {} }: Move,
): AutomationDocument {
  const input = (by: string, approve: boolean): string =>
    json({
      fleet: '{{ Fleet }}',
      region: '{{ Region }}',
      by,
      because: '{{ Because }}',
      approve: { raw: String(approve) },
      ...fields,
    });
  return {
    schemaVersion: '0.3',
    description,
    assumeRole: roleArn(settings, RUNBOOK_ROLE),
    parameters: {
      Fleet: fleet,
      Region: region(regionIs),
      Because: because,
      RequireApproval: requireApproval,
      ...parameters,
    },
    variables: { Console: { type: 'String', default: 'not started' } },
    mainSteps: [
      whoAsks,
      choose(
        'isApprovalRequired',
        [{ NextStep: 'askApproval', Variable: '{{ RequireApproval }}', StringEquals: 'always' }],
        'start',
      ),
      ...runWorkflow(settings, { workflow, input: input(STARTED_BY, false), whenFailed: 'isItForApproval' }),
      choose(
        'isItForApproval',
        [{ NextStep: 'askApproval', Variable: '{{ why.Cause }}', StartsWith: REFUSED_FOR_WANT_OF_APPROVAL }],
        'conclude',
      ),
      askApproval(
        settings,
        `{{ whoAsks.Arn }} asks to ${verb} {{ Region }} of the fleet {{ Fleet }}: {{ Because }}`,
        'startApproved',
      ),
      ...runWorkflow(settings, { workflow, input: input(APPROVED_BY, true), suffix: 'Approved' }),
    ],
    outputs: ['whoAsks.Arn', 'askApproval.ApprovalStatus', ...outputsOf(), ...outputsOf('Approved')],
  };
}
