import { isObject, type Json, type JsonObject } from '../../../engine/states/json.ts';
import type { Action } from './actions.ts';
import { StepFailure } from './automation.ts';
import { textOf } from './references.ts';

type Test = (value: Json, wanted: Json) => boolean;

/** Source: Using conditional statements in runbooks: the operators. */
const tests: Readonly<Record<string, Test>> = {
  StringEquals: (value, wanted) => textOf(value) === textOf(wanted),
  EqualsIgnoreCase: (value, wanted) => textOf(value).toLowerCase() === textOf(wanted).toLowerCase(),
  StartsWith: (value, wanted) => textOf(value).startsWith(textOf(wanted)),
  EndsWith: (value, wanted) => textOf(value).endsWith(textOf(wanted)),
  Contains: (value, wanted) => textOf(value).includes(textOf(wanted)),
  NumericEquals: (value, wanted) => Number(value) === Number(wanted),
  NumericGreater: (value, wanted) => Number(value) > Number(wanted),
  NumericLesser: (value, wanted) => Number(value) < Number(wanted),
  NumericGreaterOrEquals: (value, wanted) => Number(value) >= Number(wanted),
  NumericLesserOrEquals: (value, wanted) => Number(value) <= Number(wanted),
  BooleanEquals: (value, wanted) => textOf(value) === textOf(wanted),
};

function holds(choice: JsonObject): boolean {
  const { And, Or, Not, Variable } = choice;
  if (Array.isArray(And)) return And.every((one) => isObject(one) && holds(one));
  if (Array.isArray(Or)) return Or.some((one) => isObject(one) && holds(one));
  if (isObject(Not)) return !holds(Not);
  const [operator] = Object.keys(choice).filter((key) => Object.hasOwn(tests, key));
  const test = tests[operator ?? ''];
  if (Variable === undefined || operator === undefined || test === undefined)
    throw new StepFailure(`aws:branch does not know the choice ${JSON.stringify(choice)}`);
  return test(Variable, choice[operator] ?? null);
}

/** Goes to the first choice that holds, to Default where none does, and on in the document's order without one. */
export const branch: Action = {
  timeoutSeconds: 25,
  async run({ inputs: { Choices, Default } }) {
    const found = (Array.isArray(Choices) ? Choices : []).find((choice) => isObject(choice) && holds(choice));
    const next = isObject(found) ? found['NextStep'] : Default;
    return next === undefined ? {} : { next: textOf(next), outputs: { OutputPayload: textOf(next) } };
  },
};
