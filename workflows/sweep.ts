import { tryAgainAlways } from './retry-rules.ts';
import { AS_IT_WAS, lambda, type Machine, type State, when } from './states.ts';

/** Fleets of one account draw on the same buckets of calls: they are looked at one after the other, over most of the minute. */
const SPREAD_OVER_SECONDS = 45;

const machineNamed = (workflow: string): string =>
  `$replace($states.context.StateMachine.Id, "landbridge-sweep", "landbridge-" & ${workflow})`;

/**
 * Starts a run, unless somebody has started just that already. One that cannot be started is the next sweep's to start: a
 * fault here would end the whole sweep, and with it that of every fleet whose turn comes later.
 */
const start = (Arguments: object, Next: string): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution',
  Arguments,
  Output: AS_IT_WAS,
  Retry: [{ ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'], MaxAttempts: 0 }, ...tryAgainAlways],
  Catch: [{ ErrorEquals: ['States.ALL'], Output: AS_IT_WAS, Next }],
  Next,
});

/**
 * Looks at every fleet, once a minute, and starts a run where something drifted or is sick: the truth behind lost events.
 *
 * Input   the schedule's event, of which nothing is used
 * Output  per fleet { fleet, drifting, workflow?, unfinished? }
 * Bounds  4 minutes, where an Express workflow may have 5; one fleet that cannot be looked at does not stop the others
 */
export const sweep: Machine = {
  Comment: 'Looks at every fleet and starts a run where something is to be done',
  QueryLanguage: 'JSONata',
  StartAt: 'ListFleets',
  TimeoutSeconds: 240,
  States: {
    ListFleets: lambda('list-fleets', { next: 'EachFleet' }),
    EachFleet: {
      Type: 'Map',
      Items: '{% $states.input.fleets %}',
      ItemSelector: {
        fleet: '{% $states.context.Map.Item.Value %}',
        afterSeconds: `{% $floor($states.context.Map.Item.Index * ${SPREAD_OVER_SECONDS} / $count($states.input.fleets)) %}`,
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'ItsTurn',
        States: {
          ItsTurn: { Type: 'Wait', Seconds: '{% $states.input.afterSeconds %}', Next: 'SweepFleet' },
          SweepFleet: lambda('sweep-fleet', { next: 'IsAnyoneHalfWay', onFailure: 'CouldNotLook' }),
          IsAnyoneHalfWay: {
            Type: 'Choice',
            Choices: [when('$exists($states.input.unfinished)', 'GoOn')],
            Default: 'IsThereWork',
          },
          GoOn: start(
            {
              StateMachineArn: `{% ${machineNamed('$states.input.unfinished.workflow')} %}`,
              Name: '{% $states.input.unfinished.name %}',
              Input: '{% $states.input.unfinished.input %}',
            },
            'IsThereWork',
          ),
          IsThereWork: {
            Type: 'Choice',
            Choices: [when('$exists($states.input.workflow)', 'StartRun')],
            Default: 'Swept',
          },
          StartRun: start(
            {
              StateMachineArn: `{% ${machineNamed('$states.input.workflow')} %}`,
              // One a minute at most: a schedule that fires twice starts one run.
              Name: '{% "sweep-" & $states.input.fleet & "-" & $string($floor($toMillis($states.context.Execution.StartTime) / 60000)) %}',
              Input: { fleet: '{% $states.input.fleet %}', scope: '{% $states.input.scope %}', signal: 'schedule' },
            },
            'Swept',
          ),
          CouldNotLook: { Type: 'Pass', Next: 'Swept' },
          Swept: { Type: 'Succeed' },
        },
      },
      End: true,
    },
  },
};
