import type { QueryLanguage } from './definition.ts';
import { whyNotQuery } from './intrinsic-functions.ts';
import { isObject, type Json } from './json.ts';
import { compile, expressionIn } from './jsonata.ts';

/** What is wrong with a definition, and where. Codes as ValidateStateMachineDefinition answers them. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  readonly location: string;
}

export type Report = (message: string, location: string, code?: string) => void;

const everywhere = ['Type', 'Comment', 'QueryLanguage'];
const continuing = ['Next', 'End', 'Assign'];
const fallible = ['Retry', 'Catch'];
const inputOutput = { JSONata: ['Output'], JSONPath: ['InputPath', 'OutputPath'] };
const transforming = { JSONata: ['Arguments'], JSONPath: ['Parameters', 'ResultSelector', 'ResultPath'] };

/** The fields a type of state may have, by query language. Source: states-language.net/spec.html, Table of State Types and Fields. */
export function fieldsOf(type: string, language: QueryLanguage): ReadonlySet<string> {
  const path = language === 'JSONPath';
  const orPath = (...names: string[]): string[] => (path ? names.flatMap((name) => [name, `${name}Path`]) : names);
  const own: Readonly<Record<string, readonly string[]>> = {
    Pass: [...continuing, ...inputOutput[language], ...(path ? ['Result', 'Parameters', 'ResultPath'] : [])],
    Task: [
      ...continuing,
      ...fallible,
      ...inputOutput[language],
      ...transforming[language],
      ...orPath('TimeoutSeconds', 'HeartbeatSeconds'),
      'Resource',
      'Credentials',
    ],
    Choice: ['Choices', 'Default', 'Assign', ...inputOutput[language]],
    Wait: [...continuing, ...inputOutput[language], ...orPath('Seconds', 'Timestamp')],
    Succeed: inputOutput[language],
    Fail: orPath('Error', 'Cause'),
    Parallel: [...continuing, ...fallible, ...inputOutput[language], ...transforming[language], 'Branches'],
    Map: [
      ...continuing,
      ...fallible,
      ...inputOutput[language],
      ...(path ? transforming.JSONPath : []),
      ...orPath('MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'),
      path ? 'ItemsPath' : 'Items',
      'ItemProcessor',
      'ItemSelector',
      ...(path ? ['Iterator'] : []),
    ],
  };
  return new Set([...everywhere, ...(own[type] ?? [])]);
}

const RESULT_FIELDS: ReadonlySet<string> = new Set(['Output', 'Assign']);

/** Checks every expression in a JSONata field: that it parses, and names only what is there. */
export function checkExpressions(
  value: Json,
  location: string,
  sees: { result: boolean; errorOutput: boolean },
  report: Report,
): void {
  if (typeof value === 'string') {
    const text = expressionIn(value);
    if (text === undefined) {
      if (value.startsWith('{%') || value.endsWith('%}'))
        report('The JSONata expression is not opened with {% and closed with %}.', location);
      return;
    }
    const unseen = (['result', 'errorOutput'] as const).find(
      (name) => !sees[name] && new RegExp(String.raw`\$states\.${name}\b`).test(text),
    );
    if (unseen !== undefined)
      report(
        `The JSONata expression '${text}' uses $states.${unseen}, which is not available in this field.`,
        location,
      );
    try {
      if (callsEval(compile(text).ast())) report('The function $eval is not supported: use $parse.', location);
    } catch (error) {
      const { message } = error as { message?: unknown };
      report(`The JSONata expression '${text}' is not valid: ${String(message)}`, location);
    }
    return;
  }
  if (Array.isArray(value))
    for (const [at, item] of value.entries()) checkExpressions(item, `${location}[${at}]`, sees, report);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) checkExpressions(item, `${location}/${key}`, sees, report);
}

const callsEval = (node: unknown): boolean => {
  if (typeof node !== 'object' || node === null) return false;
  if ('type' in node && node.type === 'variable' && 'value' in node && node.value === 'eval') return true;
  return Object.values(node).some(callsEval);
};

/** What the expressions of a state's own field see of its work. */
export const seenBy = (type: string, field: string): { result: boolean; errorOutput: boolean } => ({
  result: ['Task', 'Parallel', 'Map'].includes(type) && RESULT_FIELDS.has(field),
  errorOutput: false,
});

/** Checks the members of a JSONPath payload template that end in `.$`. */
export function checkTemplate(value: Json, location: string, report: Report): void {
  if (Array.isArray(value)) for (const [at, item] of value.entries()) checkTemplate(item, `${location}[${at}]`, report);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) {
      if (!key.endsWith('.$')) checkTemplate(item, `${location}/${key}`, report);
      else {
        const why = typeof item === 'string' ? whyNotQuery(item) : 'it is not a string';
        if (why !== undefined)
          report(
            `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call: ${why}`,
            `${location}/${key}`,
          );
      }
    }
}
