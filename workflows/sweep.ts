import { lambda, type Machine, when } from './states.ts';

/** Fleets of one account draw on the same buckets of calls: they are looked at one after the other, over most of the minute. */
const SPREAD_OVER_SECONDS = 45;

const machineNamed = (workflow: string): string =>
  `$replace($states.context.StateMachine.Id, "landbridge-sweep", "landbridge-" & ${workflow})`;

/** Somebody has started just that already. */
const unlessStarted = {
  ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'],
  Output: '{% $states.input %}',
} as const;

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
          GoOn: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution',
            Arguments: {
              StateMachineArn: `{% ${machineNamed('$states.input.unfinished.workflow')} %}`,
              Name: '{% $states.input.unfinished.name %}',
              Input: '{% $states.input.unfinished.input %}',
            },
            Output: '{% $states.input %}',
            Catch: [{ ...unlessStarted, Next: 'IsThereWork' }],
            Next: 'IsThereWork',
          },
          IsThereWork: {
            Type: 'Choice',
            Choices: [when('$exists($states.input.workflow)', 'StartRun')],
            Default: 'Swept',
          },
          StartRun: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution',
            Arguments: {
              StateMachineArn: `{% ${machineNamed('$states.input.workflow')} %}`,
              // One a minute at most: a schedule that fires twice starts one run.
              Name: '{% "sweep-" & $states.input.fleet & "-" & $string($floor($toMillis($states.context.Execution.StartTime) / 60000)) %}',
              Input: { fleet: '{% $states.input.fleet %}', scope: '{% $states.input.scope %}', signal: 'schedule' },
            },
            Output: '{% $states.input %}',
            Catch: [{ ...unlessStarted, Next: 'Swept' }],
            Next: 'Swept',
          },
          CouldNotLook: { Type: 'Pass', Next: 'Swept' },
          Swept: { Type: 'Succeed' },
        },
      },
      End: true,
    },
  },
};
