import { AwsError } from '../../aws-error.ts';

/** The value itself, or EC2's complaint that it is missing. `parameter` is its name on the wire, 'vpcId'. */
export function required<Value>(value: Value | undefined, parameter: string): Value {
  if (value === undefined || value === '')
    throw new AwsError('MissingParameter', `The request must contain the parameter ${parameter}`);
  return value;
}

export const invalidValue = (value: unknown, parameter: string, why = ''): AwsError =>
  new AwsError(
    'InvalidParameterValue',
    `Value (${String(value)}) for parameter ${parameter} is invalid.${why && ` ${why}`}`,
  );

export const dependencyViolation = (noun: string, id: string): AwsError =>
  new AwsError('DependencyViolation', `The ${noun} '${id}' has dependencies and cannot be deleted.`);

/** What AWS can and this simulator cannot: said aloud rather than ignored. */
export const notSimulated = (what: string): AwsError =>
  new AwsError('UnsupportedOperation', `${what} is not simulated`);
