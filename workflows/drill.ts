import { ending, lambda, type Machine, refused, type State, WITH_RUN, WORDS_OF_ERROR } from './states.ts';

const WHO = ['fleet', 'region', 'by'];

/**
 * Another of our workflows, waited for. Its end, good or bad, is handed on: a drill always restores what it evacuated.
 *
 * It is approved: nobody gets so far whose drill is not, where the fleet file asks for approval of either. Whoever answers for
 * the drill over a policy answers for the evacuation; nothing that can be overridden forbids to restore.
 */
const nested = (workflow: string, field: string, handedOn: readonly string[], next: string): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  Arguments: {
    StateMachineArn: `{% $replace($states.context.StateMachine.Id, "landbridge-drill", "landbridge-${workflow}") %}`,
    Name: `{% $substring($states.context.Execution.Name, 0, 60) & "-${workflow.split('-')[0]}" %}`,
    Input: `{% $merge([$sift($states.input, function($value, $key) { $key in ${JSON.stringify(handedOn)} }), { "approve": true, "because": "drill " & $states.context.Execution.Name }]) %}`,
  },
  Output: `{% $merge([$states.input, { "${field}": $states.result.Output }]) %}`,
  Catch: [
    {
      ErrorEquals: ['States.ALL'],
      Next: next,
      Output: `{% $merge([$states.input, { "${field}": { "outcome": "failed", "says": ${WORDS_OF_ERROR} } }]) %}`,
    },
  ],
  Next: next,
});

/**
 * Rehearses the loss of a member in broad daylight: evacuates it, keeps it out for a while, restores it, and says how
 * long each took.
 *
 * Input   { fleet, region, by?, approve?, override?: { policy, by, why, minutes }, minutes?: 5 }
 * Output  { outcome: 'drilled', evacuated, restored, seconds }
 * Bounds  4 hours
 * Faults  Fault.Rejected where a policy refuses, before anything is changed; what was evacuated is restored whatever happens
 */
export const drill: Machine = {
  Comment: 'Rehearses the loss of a Region, and restores it',
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  TimeoutSeconds: 14_400,
  States: {
    Begin: lambda('begin-drill', { next: 'Evacuate', onFailure: 'Refused', payload: WITH_RUN }),
    Evacuate: nested('evacuate-region', 'evacuated', [...WHO, 'override'], 'Hold'),
    Hold: { Type: 'Wait', Seconds: '{% $states.input.minutes * 60 %}', Next: 'Restore' },
    Restore: nested('restore-region', 'restored', WHO, 'Record'),
    ...ending,
    Refused: refused,
  },
};
