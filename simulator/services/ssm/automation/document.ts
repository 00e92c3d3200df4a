import { parse as parseYaml } from 'yaml';
import { AwsError } from '../../../aws-error.ts';
import { isObject, type Json, type JsonObject } from '../../../engine/states/json.ts';
import { isKnownAction } from './known-actions.ts';
import { referencesIn, textOf } from './references.ts';

export const parameterTypes = ['String', 'StringList', 'Integer', 'Boolean', 'MapList', 'StringMap'] as const;
export type ParameterType = (typeof parameterTypes)[number];

export interface ParameterDefinition {
  readonly type: ParameterType;
  readonly description?: string;
  readonly default?: Json;
  readonly allowedValues?: readonly Json[];
  readonly allowedPattern?: string;
  readonly minChars?: number;
  readonly maxChars?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface StepOutput {
  readonly Name: string;
  readonly Selector: string;
  readonly Type?: ParameterType;
}

export interface StepDefinition {
  readonly name: string;
  readonly action: string;
  readonly inputs?: JsonObject;
  readonly outputs?: readonly StepOutput[];
  /** 'Abort', 'Continue', or 'step:NAME'. */
  readonly onFailure?: string;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
  readonly isCritical?: boolean;
  readonly timeoutSeconds?: number;
  readonly maxAttempts?: number;
}

/** A runbook, as its author wrote it. */
export interface AutomationDocument {
  readonly schemaVersion: '0.3';
  readonly description?: string;
  readonly assumeRole?: string;
  readonly parameters?: Readonly<Record<string, ParameterDefinition>>;
  readonly variables?: Readonly<Record<string, { readonly type: ParameterType; readonly default?: Json }>>;
  readonly mainSteps: readonly StepDefinition[];
  /** 'step.Output' */
  readonly outputs?: readonly string[];
}

const invalid = (message: string): AwsError => new AwsError('InvalidDocumentContent', message);

/**
 * Reads a runbook of schema 0.3.
 *
 * Faults  InvalidDocumentContent and InvalidDocumentSchemaVersion, with what CreateDocument says; what is AWS's and not
 *         simulated is refused here by name, so that nothing is passed over in a run
 * Source  Systems Manager guide, Schemas, features, and examples; Data elements and parameters
 */
export function readDocument(content: string, format: 'JSON' | 'YAML'): AutomationDocument {
  const document = parsed(content, format);
  if (document['schemaVersion'] !== '0.3')
    throw new AwsError(
      'InvalidDocumentSchemaVersion',
      `The version of the document schema isn't supported: automations have schemaVersion 0.3, not ${JSON.stringify(document['schemaVersion'])}.`,
    );
  const steps = document['mainSteps'];
  if (!Array.isArray(steps) || steps.length === 0) throw invalid('Missing "mainSteps" in the document.');
  checkParameters(document['parameters']);
  checkSteps(steps);
  checkReferences(document, steps);
  return document as unknown as AutomationDocument;
}

function parsed(content: string, format: 'JSON' | 'YAML'): JsonObject {
  try {
    const document = (format === 'JSON' ? JSON.parse(content) : parseYaml(content)) as Json;
    if (isObject(document)) return document;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  throw invalid(`${format} not well-formed.`);
}

const NUMBERS = /^-?\d+$/;
const fits = (type: ParameterType, value: Json): boolean => {
  switch (type) {
    case 'String':
      return typeof value === 'string';
    case 'Integer':
      return Number.isInteger(value) || (typeof value === 'string' && NUMBERS.test(value));
    case 'Boolean':
      return typeof value === 'boolean';
    case 'StringList':
    case 'MapList':
      return Array.isArray(value);
    case 'StringMap':
      return isObject(value);
  }
};

function checkParameters(parameters: Json | undefined): void {
  for (const [name, definition] of Object.entries(isObject(parameters) ? parameters : {})) {
    if (!/^[A-Za-z0-9]+$/.test(name)) throw invalid(`Parameter name "${name}" is not alpha-numeric.`);
    if (!isObject(definition) || definition['type'] === undefined)
      throw invalid('Missing "type" in parameter definition.');
    const type = parameterTypes.find((known) => known === definition['type']);
    if (type === undefined) throw invalid(`Parameter type: ${textOf(definition['type'])} is invalid.`);
    if (definition['default'] !== undefined && !fits(type, definition['default']))
      throw invalid(`Wrong default value for a "${type}" parameters`);
  }
}

const notSimulated = ['onCancel', 'precondition'];

function checkSteps(steps: readonly Json[]): void {
  const names = new Set(steps.map((step) => (isObject(step) ? step['name'] : undefined)));
  const seen = new Set<Json>();
  for (const step of steps) {
    if (!isObject(step)) throw invalid('Each of mainSteps must be an object.');
    for (const key of ['name', 'action'] as const)
      if (typeof step[key] !== 'string') throw invalid(`Missing "${key}" in step detail.`);
    const { name = '', action = '', nextStep, isEnd, onFailure = 'Abort' } = step;
    if (!/^\w+$/.test(textOf(name))) throw invalid(`StepName: ${textOf(name)} is invalid.`);
    if (seen.has(name)) throw invalid('Duplicate step names found in mainSteps of the document.');
    seen.add(name);
    if (!isKnownAction(textOf(action))) throw invalid(`Unknown action: ${textOf(action)}`);
    for (const key of notSimulated)
      if (step[key] !== undefined) throw new AwsError('ValidationException', `${key} is not simulated`);
    if (isEnd === true && nextStep !== undefined)
      throw invalid('"isEnd == true" and nextStep should not exist in same step.');
    if (nextStep !== undefined && !names.has(nextStep))
      throw invalid(`Unknown step name: "${textOf(nextStep)}" in nextStep`);
    const [, after] = /^step:(.+)$/.exec(textOf(onFailure)) ?? [];
    if (after === undefined ? onFailure !== 'Abort' && onFailure !== 'Continue' : !names.has(after))
      throw invalid(`Unknown step name: "${after ?? textOf(onFailure)}" in onFailure`);
    for (const branch of branchesOf(step))
      if (!names.has(branch)) throw invalid(`Unknown step name: "${branch}" in ${textOf(name)}`);
  }
}

/** Steps that an aws:branch may go to. */
function branchesOf({ action, inputs }: JsonObject): readonly string[] {
  if (action !== 'aws:branch' || !isObject(inputs)) return [];
  const { Choices, Default } = inputs;
  if (!Array.isArray(Choices) || Choices.length === 0) throw invalid('Missing "Choices" in aws:branch inputs.');
  const next = Choices.map((choice) => (isObject(choice) ? choice['NextStep'] : undefined));
  return [...next, ...(Default === undefined ? [] : [Default])].map(textOf);
}

function checkReferences(document: JsonObject, steps: readonly Json[]): void {
  const { parameters, variables, outputs } = document;
  const names = new Set(steps.map((step) => (isObject(step) ? textOf(step['name']) : '')));
  for (const reference of referencesIn([document['assumeRole'] ?? null, ...steps])) {
    const [head = ''] = reference.split('.');
    const isVariable = reference.startsWith('variable:');
    const holder = isVariable ? variables : parameters;
    const name = isVariable ? reference.slice('variable:'.length) : reference;
    if (reference.startsWith('global:') || reference.startsWith('automation:')) continue;
    if (!isVariable && reference.includes('.')) {
      if (!names.has(head)) throw invalid(`Unknown step name: "${head}" in ${reference}`);
    } else if (!isObject(holder) || !Object.hasOwn(holder, name))
      throw invalid(`Parameter "${reference}" is not declared.`);
  }
  for (const output of Array.isArray(outputs) ? outputs : [])
    if (!names.has(textOf(output).split('.')[0] ?? ''))
      throw invalid(`Unknown step name in named output: ${textOf(output)}`);
}
