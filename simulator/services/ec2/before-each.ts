import { AwsError } from '../../aws-error.ts';
import { forgetDeparted } from './departures.ts';
import type { Ec2Call, Ec2Operations } from './operation.ts';

type AnyOperation = (input: { readonly DryRun?: boolean | undefined }, call: Ec2Call) => object;

/**
 * Puts before every operation what EC2 does before all of them: a dry run ends with the answer that the caller would
 * have been allowed, and what has gone meanwhile is forgotten.
 *
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, DryRunOperation
 */
export const beforeEach = (operations: Ec2Operations): Ec2Operations =>
  Object.fromEntries(
    Object.entries(operations as Readonly<Record<string, AnyOperation>>).map(([name, operation]) => [
      name,
      ((input, call) => {
        if (input.DryRun === true)
          throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
            status: 412,
          });
        forgetDeparted(call);
        return operation(input, call);
      }) satisfies AnyOperation,
    ]),
  );
