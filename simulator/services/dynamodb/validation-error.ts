import { AwsError } from '../../aws-error.ts';

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

export const invalidParameters = (message: string): AwsError =>
  invalid(`One or more parameter values were invalid: ${message}`);
