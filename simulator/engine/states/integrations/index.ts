import type { Json } from '../json.ts';
import { itemAction, sdkAction } from './aws-sdk.ts';
import { putEvents } from './events.ts';
import type { Integration, TaskCall } from './integration.ts';
import { functionItself, invokeFunction } from './lambda.ts';
import { startExecution, startExecutionAndWait } from './states.ts';

interface Action {
  call(task: TaskCall): Promise<Json>;
}

/** Optimised integrations: by action, what each way of waiting does. */
const optimised: Readonly<Record<string, { readonly [suffix: string]: Action }>> = {
  'lambda:invoke': { '': invokeFunction, '.waitForTaskToken': invokeFunction },
  'states:startExecution': {
    '': startExecution,
    '.sync': startExecutionAndWait(false),
    '.sync:2': startExecutionAndWait(true),
    '.waitForTaskToken': startExecution,
  },
  'events:putEvents': { '': putEvents, '.waitForTaskToken': putEvents },
  'dynamodb:getItem': { '': itemAction('getItem') },
  'dynamodb:putItem': { '': itemAction('putItem') },
  'dynamodb:updateItem': { '': itemAction('updateItem') },
  'dynamodb:deleteItem': { '': itemAction('deleteItem') },
};

const FUNCTION = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:.+$/;
const SERVICE = /^arn:aws[\w-]*:states:[\w-]*:\d*:(.+?)(\.sync:2|\.sync|\.waitForTaskToken|)$/;

const found = new Map<string, Integration | undefined>();

function find(resource: string): Integration | undefined {
  if (FUNCTION.test(resource)) return functionItself(resource);
  const [, name = '', suffix = ''] = SERVICE.exec(resource) ?? [];
  const [service = '', ...rest] = name.split(':');
  const sdk = service === 'aws-sdk';
  const action = sdk
    ? suffix.startsWith('.sync')
      ? undefined
      : sdkAction(rest[0] ?? '', rest[1] ?? '')
    : optimised[name]?.[suffix];
  if (action === undefined) return undefined;
  return {
    resourceType: sdk ? `aws-sdk:${rest[0] ?? ''}` : service,
    resource: `${rest.at(-1) ?? ''}${suffix}`,
    waitsForToken: suffix === '.waitForTaskToken',
    call: (task) => action.call(task),
  };
}

/** What a Task's Resource stands for; undefined where it is nothing that is simulated. */
export function integrationOf(resource: string): Integration | undefined {
  if (!found.has(resource)) found.set(resource, find(resource));
  return found.get(resource);
}
