import type { Lambda } from '@aws-sdk/client-lambda';
import type { Service } from '../../service.ts';
import { asyncConfigOperations } from './async-config.ts';
import { concurrencyOperations } from './concurrency.ts';
import { functionUrlOperations } from './function-urls.ts';
import { functionOperations } from './functions.ts';
import { invokeOperations } from './invoke.ts';
import { permissionOperations } from './permissions.ts';
import { type LambdaState, lambdaHome } from './state.ts';
import { versionOperations } from './versions.ts';

/** Lambda: functions from zip packages, their versions, aliases and permissions, and a host that runs them. */
export const lambda: Service<Lambda, LambdaState> = {
  ...lambdaHome,
  eventSource: 'lambda.amazonaws.com',
  operations: {
    ...functionOperations,
    ...versionOperations,
    ...permissionOperations,
    ...concurrencyOperations,
    ...asyncConfigOperations,
    ...functionUrlOperations,
    ...invokeOperations,
  },
  dataEvents: new Set(['Invoke']),
  keeps: new Set(['Invoke']),
};
