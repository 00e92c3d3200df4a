import type { AutomationDocument } from './document.ts';
import { fleet, regionOrAll } from './parameters.ts';
import { RUNBOOK_ROLE, type RunbookSettings, roleArn } from './settings.ts';
import { choose, json, outputsOf, runWorkflow, setVariable, whoAsks } from './steps.ts';

/** `landbridge reconcile`. */
export const reconcile = (settings: RunbookSettings): AutomationDocument => ({
  schemaVersion: '0.3',
  description: 'Brings a Landbridge fleet, or what concerns one of its members, back to what is declared.',
  assumeRole: roleArn(settings, RUNBOOK_ROLE),
  parameters: { Fleet: fleet, Region: regionOrAll },
  variables: { Console: { type: 'String', default: 'not started' }, Scope: { type: 'String', default: '{ }' } },
  mainSteps: [
    whoAsks,
    choose('isItAll', [{ NextStep: 'start', Variable: '{{ Region }}', StringEquals: 'all' }], 'narrow'),
    setVariable('narrow', 'Scope', json({ regions: { raw: '["{{ Region }}"]' } }), 'start'),
    ...runWorkflow(settings, {
      workflow: 'reconcile',
      input: json({
        fleet: '{{ Fleet }}',
        scope: { raw: '{{ variable:Scope }}' },
        signal: 'operator: {{ whoAsks.Arn }}',
      }),
    }),
  ],
  outputs: ['whoAsks.Arn', ...outputsOf()],
});
