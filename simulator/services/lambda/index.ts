import type { Lambda } from '@aws-sdk/client-lambda';
import type { Service } from '../../service.ts';
import { type LambdaState, newLambdaState } from './state.ts';

/** Lambda: functions from zip packages, their versions, aliases and permissions, and a host that runs them. */
export const lambda: Service<Lambda, LambdaState> = {
  name: 'lambda',
  eventSource: 'lambda.amazonaws.com',
  scope: 'regional',
  newState: newLambdaState,
  operations: {},
  dataEvents: new Set(['Invoke']),
};
