import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../service.ts';

/** What the front end of a service answers where a required member is missing; most say `ValidationException`. */
const codes: Partial<Record<ServiceName, string>> = {
  'api-gateway': 'BadRequestException',
  cloudwatch: 'MissingParameter',
  'cloudwatch-logs': 'InvalidParameterException',
  ec2: 'MissingParameter',
  iam: 'ValidationError',
  'route-53': 'InvalidInput',
  sts: 'ValidationError',
};

/**
 * Refuses an input that lacks a required member, or has one of another type, as AWS's front end does before a service
 * sees it. The AWS CLI and boto3 look themselves; the SDK for JavaScript and curl do not.
 */
export function validate(input: unknown, schema: NormalizedSchema, service: ServiceName, path = ''): void {
  if (input === undefined || input === null) return;
  if (schema.isStructSchema()) {
    if (!isObject(input)) throw wrongType(path, 'a structure');
    let requiredLeft = requiredCount(schema);
    for (const [name, member] of schema.structIterator()) {
      const memberPath = path === '' ? name : `${path}.${name}`;
      const value = input[name];
      if (requiredLeft > 0 && (value === undefined || value === null)) throw missing(memberPath, service);
      requiredLeft -= 1;
      validate(value, member, service, memberPath);
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(input)) throw wrongType(path, 'a list');
    const element = schema.getValueSchema();
    input.forEach((item, index) => validate(item, element, service, `${path}.${index + 1}`));
  } else if (schema.isMapSchema()) {
    if (!isObject(input)) throw wrongType(path, 'a map');
    const element = schema.getValueSchema();
    for (const [key, item] of Object.entries(input)) validate(item, element, service, `${path}.${key}`);
  } else if (schema.isStringSchema()) {
    // JSON in a string arrives as an object that parses itself when asked, and still is a string.
    if (typeof input !== 'string' && !schema.getMergedTraits().mediaType) throw wrongType(path, 'a string');
  } else if (schema.isNumericSchema()) {
    if (typeof input !== 'number' || Number.isNaN(input)) throw wrongType(path, 'a number');
  } else if (schema.isBooleanSchema() && typeof input !== 'boolean') throw wrongType(path, 'a boolean');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The SDK's schemas name the required members first, and say how many there are. */
function requiredCount(schema: NormalizedSchema): number {
  const shipped: unknown = schema.getSchema();
  const count: unknown = Array.isArray(shipped) ? shipped[6] : undefined;
  return typeof count === 'number' ? count : 0;
}

function missing(path: string, service: ServiceName): AwsError {
  const lowered = path.charAt(0).toLowerCase() + path.slice(1);
  const message =
    service === 'ec2'
      ? `The request must contain the parameter ${lowered}`
      : `1 validation error detected: Value null at '${lowered}' failed to satisfy constraint: Member must not be null`;
  return new AwsError(codes[service] ?? 'ValidationException', message);
}

const wrongType = (path: string, expected: string): AwsError =>
  new AwsError('SerializationException', `${path === '' ? 'The input' : path} is not ${expected}`);
