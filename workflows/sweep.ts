import { lambda, type Machine, when } from './states.ts';

/**
 * Looks at every fleet, once a minute, and starts a reconcile where something drifted: the truth behind lost events.
 *
 * Input   the schedule's event, of which nothing is used
 * Output  per fleet { fleet, drifting }
 * Bounds  5 minutes (Express); one fleet that cannot be looked at does not stop the others
 */
export const sweep: Machine = {
  Comment: 'Looks at every fleet and starts a reconcile where something drifted',
  QueryLanguage: 'JSONata',
  StartAt: 'ListFleets',
  TimeoutSeconds: 240,
  States: {
    ListFleets: lambda('list-fleets', { next: 'EachFleet' }),
    EachFleet: {
      Type: 'Map',
      Items: '{% $states.input.fleets %}',
      ItemSelector: { fleet: '{% $states.context.Map.Item.Value %}' },
      MaxConcurrency: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'SweepFleet',
        States: {
          SweepFleet: lambda('sweep-fleet', { next: 'IsDrifting', onFailure: 'CouldNotLook' }),
          IsDrifting: {
            Type: 'Choice',
            Choices: [when('$states.input.drifting > 0', 'StartReconcile')],
            Default: 'Swept',
          },
          StartReconcile: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution',
            Arguments: {
              StateMachineArn:
                '{% $replace($states.context.StateMachine.Id, "landbridge-sweep", "landbridge-reconcile") %}',
              // One a minute at most: a schedule that fires twice starts one run.
              Name: '{% "sweep-" & $states.input.fleet & "-" & $string($floor($toMillis($states.context.Execution.StartTime) / 60000)) %}',
              Input: { fleet: '{% $states.input.fleet %}', scope: '{% $states.input.scope %}', signal: 'schedule' },
            },
            Output: '{% $states.input %}',
            Catch: [
              {
                ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'],
                Next: 'Swept',
                Output: '{% $states.input %}',
              },
            ],
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
