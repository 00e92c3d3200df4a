import type { AutomationDocument, Parameter, Step } from './document.ts';
import { AS_DECLARED, certificateArn, cidr, fleet, region, role } from './parameters.ts';
import { RUNBOOK_ROLE, type RunbookSettings, roleArn } from './settings.ts';
import { choose, json, outputsOf, runWorkflow, setVariable, whoAsks } from './steps.ts';

/** Fields of the input that are left out where the parameter is left as it is, in the order they are asked for. */
const optional: readonly { readonly parameter: string; readonly field: string; readonly is: Parameter }[] = [
  { parameter: 'Role', field: 'role', is: role },
  { parameter: 'Cidr', field: 'cidr', is: cidr },
  { parameter: 'CertificateArn', field: 'certificateArn', is: certificateArn },
];

/** Writes each field that was given to the variable Options, as JSON to be put behind the other fields. */
const writeOptions: readonly Step[] = optional.flatMap(({ parameter, field }, at) => {
  const following = optional[at + 1];
  const next = following === undefined ? 'start' : `is${following.parameter}Given`;
  return [
    choose(
      `is${parameter}Given`,
      [{ NextStep: next, Variable: `{{ ${parameter} }}`, StringEquals: AS_DECLARED }],
      `write${parameter}`,
    ),
    setVariable(`write${parameter}`, 'Options', `{{ variable:Options }}, "${field}": "{{ ${parameter} }}"`, next),
  ];
});

/** `landbridge onboard`. A VPC to be borrowed is named in the fleet file. */
export const onboardRegion = (settings: RunbookSettings): AutomationDocument => ({
  schemaVersion: '0.3',
  description: 'Joins a Region to a Landbridge fleet, and ends when callers everywhere can use it.',
  assumeRole: roleArn(settings, RUNBOOK_ROLE),
  parameters: {
    Fleet: fleet,
    Region: region('The Region that is to join.'),
    ...Object.fromEntries(optional.map(({ parameter, is }) => [parameter, is])),
  },
  variables: { Console: { type: 'String', default: 'not started' }, Options: { type: 'String', default: ' ' } },
  mainSteps: [
    whoAsks,
    ...writeOptions,
    ...runWorkflow(settings, {
      workflow: 'onboard-region',
      input: json(
        { fleet: '{{ Fleet }}', region: '{{ Region }}', signal: 'operator: {{ whoAsks.Arn }}' },
        '{{ variable:Options }}',
      ),
    }),
  ],
  outputs: ['whoAsks.Arn', ...outputsOf()],
});
