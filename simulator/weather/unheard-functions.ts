import { AwsError } from '../aws-error.ts';
import { isLater } from '../maybe.ts';
import type { Asked, Operate } from '../sky.ts';
import type { Chancy, Choosy, Condition, Sources } from './condition.ts';

export interface UnheardOptions extends Chancy, Choosy {
  /** How long after it began Lambda gives up on it: from, to. Left out: within five seconds. */
  readonly givenUpAfterMs?: readonly [number, number] | undefined;
}

/**
 * Lambda answers a share of invocations with 500, though the function runs and goes on running: whoever waited for it
 * cannot tell whether it has begun, and has company if it is invoked again. One that is quicker is heard.
 *
 * Source  Step Functions guide, Handle transient Lambda service exceptions; API_Invoke: ServiceException, 500
 */
export const unheardFunctions = ({ world, random, tally }: Sources, options: UnheardOptions): Condition => {
  const { share, only, givenUpAfterMs = [0, 5_000] } = options;
  const unlessGivenUp = (ran: Promise<object>, { service, operation }: Asked['request']): Promise<object> => {
    let hasAnswered = false;
    const answered = ran.finally(() => {
      hasAnswered = true;
    });
    const givenUp = world.clock.sleep(random.between(givenUpAfterMs[0], givenUpAfterMs[1] + 1)).then(() => {
      if (hasAnswered) return answered;
      tally.count('unheard', service, operation);
      throw new AwsError('ServiceException', 'The Lambda service encountered an internal error.', { status: 500 });
    });
    return Promise.race([answered, givenUp]);
  };
  return {
    perform({ request }: Asked, operate: Operate) {
      const { service, operation, input } = request;
      const { InvocationType = 'RequestResponse' } = input as { readonly InvocationType?: string };
      const isWaitedFor = service === 'lambda' && operation === 'Invoke' && InvocationType === 'RequestResponse';
      if (!isWaitedFor || (only !== undefined && !only(request)) || random.next() >= share) return operate(input);
      const ran = operate(input);
      return isLater(ran) ? unlessGivenUp(ran, request) : ran;
    },
  };
};
