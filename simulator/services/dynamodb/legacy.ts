import { invalid } from './validation-error.ts';

const legacy = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
  'ReturnItemCollectionMetrics',
] as const;

/** The parameters DynamoDB had before expressions are not simulated: a request that uses one is told so, by name. */
export function refuseLegacy(request: Partial<Record<(typeof legacy)[number], unknown>>): void {
  for (const parameter of legacy)
    if (request[parameter] !== undefined && request[parameter] !== 'NONE')
      throw invalid(`${parameter} is not simulated: use an expression`);
}
