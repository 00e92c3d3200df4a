import { AwsError } from '../../../aws-error.ts';
import type { Json } from '../../../engine/states/json.ts';
import type { AutomationDocument, ParameterDefinition } from './document.ts';
import { textOf } from './references.ts';

export type GivenParameters = Readonly<Record<string, readonly string[]>>;

const refused = (message: string): AwsError => new AwsError('InvalidAutomationExecutionParametersException', message);

/**
 * What an automation runs with: what was given, checked, and the defaults of the rest.
 *
 * Faults  InvalidAutomationExecutionParametersException
 * Source  StartAutomationExecution, Parameters: at most 200, each a list of texts of 1 to 512 characters
 */
export function checkedParameters(
  { parameters = {} }: AutomationDocument,
  given: GivenParameters,
): ReadonlyMap<string, Json> {
  const strangers = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  if (strangers.length > 0)
    throw refused(`Parameters [${strangers.join(', ')}] are not declared in the automation document.`);
  return new Map(
    Object.entries(parameters).map(([name, definition]) => {
      const values = given[name];
      if (values !== undefined) return [name, checked(name, definition, values)];
      if (definition.default === undefined) throw refused(`Missing required parameter: ${name} in user inputs.`);
      return [name, definition.default];
    }),
  );
}

function checked(name: string, definition: ParameterDefinition, values: readonly string[]): Json {
  const { type, allowedPattern, allowedValues, minChars = 0, maxChars = Infinity } = definition;
  const { minItems = 0, maxItems = Infinity } = definition;
  const isList = type === 'StringList' || type === 'MapList';
  if (!isList && values.length !== 1) throw refused(`Parameter "${name}" of type ${type} must have one value.`);
  if (values.length < minItems || values.length > maxItems)
    throw refused(`Parameter "${name}" must have ${minItems} to ${maxItems} values.`);
  for (const value of values) {
    if (allowedValues !== undefined && !allowedValues.map(textOf).includes(value))
      throw refused(`Parameter "${name}" has value "${value}" not found in [${allowedValues.map(textOf).join(', ')}].`);
    // Found anywhere in the value: a pattern that means all of it says so with ^ and $.
    if (allowedPattern !== undefined && !new RegExp(allowedPattern).test(value))
      throw refused(`Parameter "${name}" has value "${value}" not matching regular expression ${allowedPattern}.`);
    if (value.length < minChars || value.length > maxChars)
      throw refused(`Parameter "${name}" must have ${minChars} to ${maxChars} characters.`);
  }
  return typed(name, type, values);
}

function typed(name: string, type: ParameterDefinition['type'], values: readonly string[]): Json {
  const [value = ''] = values;
  const wrong = (): AwsError => refused(`Parameter "${name}" has value "${value}" that is not of type ${type}.`);
  switch (type) {
    case 'String':
      return value;
    case 'StringList':
      return [...values];
    case 'Integer':
      if (!/^-?\d+$/.test(value)) throw wrong();
      return Number(value);
    case 'Boolean':
      if (!/^(true|false)$/i.test(value)) throw wrong();
      return value.toLowerCase() === 'true';
    case 'MapList':
    case 'StringMap':
      try {
        return (type === 'MapList' ? values.map((one) => JSON.parse(one) as Json) : JSON.parse(value)) as Json;
      } catch {
        throw wrong();
      }
  }
}
