import { AwsError } from '../../../aws-error.ts';
import type { Json, JsonObject } from '../../../engine/states/json.ts';
import { lookUp } from '../../../engine/states/json-path.ts';
import type { ServiceName } from '../../../service.ts';
import type { Action, Doing } from './actions.ts';
import { principalOf } from './assume-role.ts';
import { StepFailure } from './automation.ts';
import type { StepOutput } from './document.ts';
import { textOf } from './references.ts';

/** boto3's names of services, where they are not the simulator's. */
const renamed: Readonly<Record<string, ServiceName>> = {
  apigateway: 'api-gateway',
  events: 'eventbridge',
  logs: 'cloudwatch-logs',
  route53: 'route-53',
  stepfunctions: 'sfn',
};

/** 'DescribeExecution' as 'describe_execution': both are taken. */
const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

/**
 * Makes the call that a step names, as the automation's role.
 *
 * Source  aws:executeAwsApi: Service is the namespace of the AWS CLI's reference, Api the method of boto3
 */
async function made({ world, place, automation, inputs, lifetime }: Doing, without: readonly string[]): Promise<Json> {
  const { Service: service, Api: api, ...given } = inputs;
  const named = world.services.get(renamed[textOf(service)] ?? (textOf(service) as ServiceName));
  if (named === undefined) throw new StepFailure(`Unknown service: '${textOf(service)}'`);
  const operation = Object.keys(named.operations).find((name) => plain(name) === plain(textOf(api)));
  if (operation === undefined)
    throw new StepFailure(`${textOf(service)} ${textOf(api)} is no operation, or is not simulated`);
  const input = Object.fromEntries(Object.entries(given).filter(([key]) => !without.includes(key)));
  const call = async (): Promise<object> =>
    world.invoke({
      service: named.name,
      operation,
      input,
      place,
      principal: principalOf(automation, world, place),
    });
  try {
    // As it arrives over the wire: instants are text.
    return JSON.parse(JSON.stringify(await lifetime.race(call()))) as Json;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StepFailure(
      `An error occurred (${error.code}) when calling the ${operation} operation: ${error.message}`,
    );
  }
}

function selected(from: Json, path: string): Json {
  const found = lookUp(path, { root: from, context: null, variables: Object.create(null) as Record<string, Json> });
  // A path with no node must not pass for an empty value.
  if (found === undefined) throw new StepFailure(`The selector ${path} finds nothing in the response`);
  return found;
}

const wrong = ({ Name, Type }: StepOutput): StepFailure =>
  new StepFailure(`The output ${Name} is not of type ${Type ?? 'String'}`);

/** Source: Using action outputs as inputs: conversions between types. */
function typed(value: Json, output: StepOutput): Json {
  const { Type: type = 'String' } = output;
  const sole = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value;
  switch (type) {
    case 'String':
      if (typeof sole === 'object') throw wrong(output);
      return textOf(sole);
    case 'Integer':
      if (!Number.isInteger(Number(sole))) throw wrong(output);
      return Number(sole);
    case 'Boolean':
      if (!/^(true|false)$/i.test(textOf(sole))) throw wrong(output);
      return textOf(sole).toLowerCase() === 'true';
    case 'StringList':
      return (Array.isArray(value) ? value : [value]).map(textOf);
    case 'MapList':
      if (!Array.isArray(value)) throw wrong(output);
      return value;
    case 'StringMap':
      if (typeof sole !== 'object' || sole === null || Array.isArray(sole)) throw wrong(output);
      return sole;
  }
}

export const executeApi: Action = {
  timeoutSeconds: 25,
  async run(doing) {
    const response = await made(doing, []);
    const outputs: JsonObject = {};
    for (const output of doing.step.definition.outputs ?? [])
      outputs[output.Name] = typed(selected(response, output.Selector), output);
    return { outputs, response: JSON.stringify(response) };
  },
};

const CONDITION = ['PropertySelector', 'DesiredValues'];

async function property(doing: Doing): Promise<{ readonly value: string; readonly isAsDesired: boolean }> {
  const { PropertySelector, DesiredValues } = doing.inputs;
  if (typeof PropertySelector !== 'string' || !Array.isArray(DesiredValues))
    throw new StepFailure('PropertySelector and DesiredValues are needed');
  const found = selected(await made(doing, CONDITION), PropertySelector);
  const values = (Array.isArray(found) ? found : [found]).map(textOf);
  const desired = DesiredValues.map(textOf);
  return { value: values.join(', '), isAsDesired: values.length > 0 && values.every((one) => desired.includes(one)) };
}

export const assertProperty: Action = {
  timeoutSeconds: 25,
  async run(doing) {
    const { value, isAsDesired } = await property(doing);
    if (isAsDesired) return {};
    const { PropertySelector, DesiredValues } = doing.inputs;
    throw new StepFailure(
      `${textOf(PropertySelector)} is ${value}, and should be one of ${JSON.stringify(DesiredValues)}`,
    );
  },
};

const POLL_MS = 5_000;

/** Asks until the property is as desired. What is never going to be ends only when the time is up. */
export const waitForProperty: Action = {
  timeoutSeconds: 3_600,
  async run(doing) {
    const { world, lifetime } = doing;
    while (!(await property(doing)).isAsDesired) await lifetime.sleepUntil(world.clock, world.clock.nowMs() + POLL_MS);
    return {};
  },
};
