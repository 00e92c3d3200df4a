import type { Lambda } from '@aws-sdk/client-lambda';
import type { Operations, Service } from '../../service.ts';
import { asyncConfigOperations } from './async-config.ts';
import { concurrencyOperations } from './concurrency.ts';
import { functionUrlOperations } from './function-urls.ts';
import { functionOperations } from './functions.ts';
import { invokeOperations } from './invoke.ts';
import { atOwner, type LambdaCall } from './naming.ts';
import { permissionOperations } from './permissions.ts';
import { type LambdaState, lambdaHome } from './state.ts';
import { versionOperations } from './versions.ts';

type AnyOperation = (input: Readonly<Record<string, string | undefined>>, call: LambdaCall) => object;

/** Whatever names a function by its ARN is done where that function is. Nobody makes one for another account. */
const whereTheFunctionIs = (operations: Operations<Lambda, LambdaState>): Operations<Lambda, LambdaState> =>
  Object.fromEntries(
    Object.entries(operations as Readonly<Record<string, AnyOperation>>).map(([name, operation]) => [
      name,
      name === 'CreateFunction'
        ? operation
        : (((input, call) =>
            operation(input, atOwner(call, input['FunctionName'] ?? input['Resource']))) satisfies AnyOperation),
    ]),
  );

/** Lambda: functions from zip packages, their versions, aliases and permissions, and a host that runs them. */
export const lambda: Service<Lambda, LambdaState> = {
  ...lambdaHome,
  eventSource: 'lambda.amazonaws.com',
  operations: whereTheFunctionIs({
    ...functionOperations,
    ...versionOperations,
    ...permissionOperations,
    ...concurrencyOperations,
    ...asyncConfigOperations,
    ...functionUrlOperations,
    ...invokeOperations,
  }),
  dataEvents: new Set(['Invoke']),
  keeps: new Set(['Invoke']),
};
