import { AwsError } from '../aws-error.ts';
import { evaluatePolicy } from '../data-plane/policy.ts';
import { serviceActing } from '../principal.ts';
import { lambdaHome } from '../services/lambda/state.ts';
import type { World } from '../world.ts';

const FUNCTION_ARN = /^(arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:([\w-]+))(?::([\w$-]+))?$/;

export const isFunctionArn = (arn: string): boolean => FUNCTION_ARN.test(arn);

/** What invokes a function of its own accord, and for what. */
export interface Invoker {
  /** 'sns.amazonaws.com' */
  readonly service: string;
  /** The resource it does it for: a topic, an alarm. */
  readonly sourceArn: string;
  readonly account: string;
}

/**
 * Invokes a function asynchronously as another service, if the function's resource policy lets that service in.
 *
 * Faults  AccessDeniedException where it does not, and whatever Invoke is refused with
 */
export async function invokeFunctionAs(
  world: World,
  { service, sourceArn, account: sourceAccount }: Invoker,
  functionArn: string,
  event: object,
): Promise<void> {
  const [, ownArn = '', region = '', account = '', name = '', qualifier = ''] = FUNCTION_ARN.exec(functionArn) ?? [];
  const place = { account, region };
  const found = world.services.has('lambda') ? world.look(lambdaHome, place).functions.get(name) : undefined;
  if (found === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${functionArn}`);
  const Statement = [...(found.policies.get(qualifier)?.statements.values() ?? [])];
  const { decision } = evaluatePolicy(JSON.stringify({ Statement }), qualifier === '' ? ownArn : functionArn, {
    action: 'lambda:InvokeFunction',
    resource: functionArn,
    principal: { kind: 'service', name: service },
    context: { 'aws:sourcearn': sourceArn, 'aws:sourceaccount': sourceAccount },
  });
  if (decision !== 'allow')
    throw new AwsError(
      'AccessDeniedException',
      `${service} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn}`,
    );
  await world.invoke({
    service: 'lambda',
    operation: 'Invoke',
    input: { FunctionName: functionArn, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) },
    place,
    principal: serviceActing(service, sourceAccount),
  });
}
