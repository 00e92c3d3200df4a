import type { Place } from './service.ts';

/** Where the resource of an ARN is: 'arn:aws:dynamodb:eu-west-1:111122223333:table/payments'. '' for what the ARN leaves out. */
export function placeOfArn(arn: string): Place {
  const [, , , region = '', account = ''] = arn.split(':', 5);
  return { account, region };
}
