import { operatorOf } from './choice.ts';
import { type Definition, type QueryLanguage, stateTypes } from './definition.ts';
import { integrationOf } from './integrations/index.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';
import { MAX_NAME_LENGTH } from './limits.ts';
import { checkExpressions, checkTemplate, type Diagnostic, fieldsOf, type Report, seenBy } from './validate-fields.ts';
import { checkLiterals, checkRetrier, unreachable } from './validate-literals.ts';

export type { Diagnostic } from './validate-fields.ts';

const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

/**
 * Reads a definition as CreateStateMachine does.
 *
 * Returns  the definition, or every reason why it is none
 * Source   API reference, ValidateStateMachineDefinition; states-language.net/spec.html
 */
export function readDefinition(
  text: string,
  type: 'STANDARD' | 'EXPRESS',
): { definition: Definition; diagnostics: [] } | { definition: undefined; diagnostics: Diagnostic[] } {
  const parsed = parseJson(text);
  const diagnostics: Diagnostic[] = [];
  const report: Report = (message, location, code = 'SCHEMA_VALIDATION_FAILED') =>
    diagnostics.push({ severity: 'ERROR', code, message, location });
  if (parsed === undefined) report('The definition is not JSON', '', 'INVALID_JSON_DESCRIPTION');
  else if (!isObject(parsed.value)) report('The definition is not a JSON object', '', 'INVALID_JSON_DESCRIPTION');
  else new Validator(type, report).machine(parsed.value);
  if (diagnostics.length > 0 || parsed === undefined) return { definition: undefined, diagnostics };
  // Checked field by field above: from here on the types may be trusted.
  return { definition: parsed.value as unknown as Definition, diagnostics: [] };
}

class Validator {
  readonly #type: 'STANDARD' | 'EXPRESS';
  readonly #report: Report;
  readonly #names = new Set<string>();
  #machineLanguage: QueryLanguage = 'JSONPath';

  constructor(type: 'STANDARD' | 'EXPRESS', report: Report) {
    this.#type = type;
    this.#report = report;
  }

  machine(definition: JsonObject): void {
    this.#machineLanguage = this.#languageOf(definition, '') ?? 'JSONPath';
    const { TimeoutSeconds } = definition;
    if (TimeoutSeconds !== undefined && !(Number.isInteger(TimeoutSeconds) && Number(TimeoutSeconds) > 0))
      this.#report('TimeoutSeconds must be a positive integer', '/TimeoutSeconds');
    this.#branch(definition, '', new Set());
  }

  #languageOf(holder: JsonObject, location: string): QueryLanguage | undefined {
    const { QueryLanguage } = holder;
    if (QueryLanguage === undefined || QueryLanguage === 'JSONata' || QueryLanguage === 'JSONPath')
      return QueryLanguage;
    this.#report(
      `QueryLanguage must be JSONata or JSONPath, but was ${JSON.stringify(QueryLanguage)}`,
      `${location}/QueryLanguage`,
    );
    return undefined;
  }

  #branch(branch: JsonObject, location: string, outerVariables: ReadonlySet<string>): void {
    const { StartAt, States } = branch;
    if (!isObject(States) || Object.keys(States).length === 0) {
      this.#report('The field States is required and must name at least one state', `${location}/States`);
      return;
    }
    if (typeof StartAt !== 'string') this.#report('The field StartAt is required', location);
    else if (!Object.hasOwn(States, StartAt))
      this.#report(`Missing 'Next' target: ${StartAt}`, `${location}/StartAt`, 'MISSING_TRANSITION_TARGET');
    if (typeof StartAt === 'string')
      for (const name of unreachable(StartAt, States))
        this.#report(`State "${name}" is not reachable.`, `${location}/States/${name}`, 'MISSING_TRANSITION_TARGET');
    const variables = new Set(outerVariables);
    for (const [name, state] of Object.entries(States))
      for (const assign of assignmentsOf(state))
        for (const variable of Object.keys(assign)) {
          const plainName = variable.endsWith('.$') ? variable.slice(0, -2) : variable;
          const at = `${location}/States/${name}/Assign/${plainName}`;
          if (plainName === 'states' || !VARIABLE_NAME.test(plainName))
            this.#report(`'${plainName}' cannot name a variable`, at);
          if (outerVariables.has(plainName))
            this.#report(`The variable '${plainName}' is already assigned in an outer scope`, at);
          variables.add(plainName);
        }
    for (const [name, state] of Object.entries(States)) {
      const at = `${location}/States/${name}`;
      if (name.length > MAX_NAME_LENGTH)
        this.#report(`The name of a state has at most ${MAX_NAME_LENGTH} characters`, at);
      if (this.#names.has(name)) this.#report(`Duplicate state name: ${name}`, at, 'DUPLICATE_STATE_NAME');
      this.#names.add(name);
      if (!isObject(state)) this.#report('A state must be an object', at);
      else this.#state(state, at, States, variables);
    }
  }

  #state(state: JsonObject, at: string, siblings: JsonObject, variables: ReadonlySet<string>): void {
    const { Type } = state;
    if (typeof Type !== 'string' || !(stateTypes as readonly string[]).includes(Type)) {
      this.#report(
        `The field Type must be one of ${stateTypes.join(', ')}, but was ${JSON.stringify(Type)}`,
        `${at}/Type`,
      );
      return;
    }
    const language = this.#languageOf(state, at) ?? this.#machineLanguage;
    if (language === 'JSONPath' && this.#machineLanguage === 'JSONata')
      this.#report('A state machine in JSONata cannot have a state in JSONPath', `${at}/QueryLanguage`);
    const allowed = fieldsOf(Type, language);
    for (const field of Object.keys(state))
      if (!allowed.has(field))
        this.#report(`Field '${field}' is not supported in a ${Type} state in ${language}`, `${at}/${field}`);
    this.#queries(state, Type, language, at);
    checkLiterals(state, language === 'JSONata', at, this.#report);
    if (allowed.has('Next')) this.#transition(state, at, siblings);
    switch (Type) {
      case 'Task':
        this.#resource(state, at);
        break;
      case 'Choice':
        this.#choices(state, at, siblings, language);
        break;
      case 'Wait':
        this.#wait(state, at);
        break;
      case 'Parallel':
        if (!Array.isArray(state['Branches']) || state['Branches'].length === 0)
          this.#report('The field Branches is required and must name at least one branch', `${at}/Branches`);
        else
          for (const [index, branch] of state['Branches'].entries())
            if (isObject(branch)) this.#branch(branch, `${at}/Branches[${index}]`, variables);
        break;
      case 'Map':
        this.#processor(state, at, variables);
        break;
      default:
    }
    if (allowed.has('Catch')) this.#errorHandling(state, at, siblings, language);
  }

  #queries(state: JsonObject, type: string, language: QueryLanguage, at: string): void {
    const inner = new Set([
      'Branches',
      'ItemProcessor',
      'Iterator',
      'Choices',
      'Catch',
      'Retry',
      'Resource',
      'Type',
      'Next',
      'Comment',
      'Default',
    ]);
    for (const [field, value] of Object.entries(state)) {
      if (inner.has(field)) continue;
      if (language === 'JSONata') checkExpressions(value, `${at}/${field}`, seenBy(type, field), this.#report);
      else if (['Parameters', 'ResultSelector', 'ItemSelector', 'Assign'].includes(field))
        checkTemplate(value, `${at}/${field}`, this.#report);
      else if (field.endsWith('Path') && value !== null && !(typeof value === 'string' && /^(\$|States\.)/.test(value)))
        this.#report('Value is not a Reference Path', `${at}/${field}`);
    }
  }

  #target(name: Json | undefined, location: string, siblings: JsonObject): void {
    if (typeof name !== 'string') this.#report("The field 'Next' must be a string", location);
    else if (!Object.hasOwn(siblings, name))
      this.#report(`Missing 'Next' target: ${name}`, location, 'MISSING_TRANSITION_TARGET');
  }

  #transition(state: JsonObject, at: string, siblings: JsonObject): void {
    const { Next, End } = state;
    if (Next !== undefined && End !== undefined) this.#report('A state has either Next or End, not both', at);
    else if (Next !== undefined) this.#target(Next, `${at}/Next`, siblings);
    else if (End !== true) this.#report('One of the fields Next or End is required', at);
  }

  #resource(state: JsonObject, at: string): void {
    const { Resource } = state;
    const location = `${at}/Resource`;
    if (typeof Resource !== 'string') {
      this.#report('The field Resource is required', at);
      return;
    }
    const integration = integrationOf(Resource);
    if (integration === undefined)
      this.#report(`The resource ${Resource} is not a function, nor an integration that is simulated`, location);
    else if (this.#type === 'EXPRESS' && /\.sync|\.waitForTaskToken/.test(integration.resource))
      this.#report(
        `Express state machine does not support '.${integration.resource.split('.').slice(1).join('.')}' service integration`,
        location,
      );
  }

  #choices(state: JsonObject, at: string, siblings: JsonObject, language: QueryLanguage): void {
    const { Choices, Default } = state;
    if (Default !== undefined) this.#target(Default, `${at}/Default`, siblings);
    if (!Array.isArray(Choices) || Choices.length === 0) {
      this.#report('The field Choices is required and must hold at least one rule', `${at}/Choices`);
      return;
    }
    for (const [index, rule] of Choices.entries()) {
      const location = `${at}/Choices[${index}]`;
      if (!isObject(rule)) {
        this.#report('A rule must be an object', location);
        continue;
      }
      this.#target(rule['Next'], `${location}/Next`, siblings);
      if (language === 'JSONPath') this.#test(rule, location);
      else {
        const { Condition } = rule;
        if (typeof Condition !== 'boolean' && !(typeof Condition === 'string' && Condition.startsWith('{%')))
          this.#report('The field Condition is required and must be a boolean or a JSONata expression', location);
        for (const field of ['Condition', 'Output', 'Assign'])
          checkExpressions(rule[field] ?? null, `${location}/${field}`, seenBy('Choice', field), this.#report);
      }
    }
  }

  #test(test: JsonObject, location: string): void {
    const { And, Or, Not, Variable } = test;
    const several = And ?? Or;
    if (several !== undefined) {
      if (!Array.isArray(several) || several.length === 0) this.#report('And and Or hold at least one rule', location);
      else for (const inner of several) if (isObject(inner)) this.#test(inner, location);
    } else if (Not !== undefined) {
      if (isObject(Not)) this.#test(Not, location);
      else this.#report('Not holds one rule', location);
    } else if (typeof Variable !== 'string' || operatorOf(test) === undefined)
      this.#report('A rule needs a Variable and a comparison', location);
  }

  #wait(state: JsonObject, at: string): void {
    const given = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter(
      (field) => state[field] !== undefined,
    );
    if (given.length !== 1)
      this.#report('A Wait state has exactly one of Seconds, SecondsPath, Timestamp, TimestampPath', at);
  }

  #processor(state: JsonObject, at: string, variables: ReadonlySet<string>): void {
    const name = state['ItemProcessor'] === undefined ? 'Iterator' : 'ItemProcessor';
    const processor = state[name];
    if (!isObject(processor)) {
      this.#report('The field ItemProcessor is required', at);
      return;
    }
    const { ProcessorConfig } = processor;
    if (isObject(ProcessorConfig) && ProcessorConfig['Mode'] === 'DISTRIBUTED')
      this.#report('Map states in DISTRIBUTED mode are not simulated', `${at}/${name}/ProcessorConfig/Mode`);
    this.#branch(processor, `${at}/${name}`, variables);
  }

  #errorHandling(state: JsonObject, at: string, siblings: JsonObject, language: QueryLanguage): void {
    for (const field of ['Retry', 'Catch']) {
      const rules = state[field];
      if (rules === undefined) continue;
      if (!Array.isArray(rules)) {
        this.#report(`The field ${field} must be an array`, `${at}/${field}`);
        continue;
      }
      for (const [index, rule] of rules.entries()) {
        const location = `${at}/${field}[${index}]`;
        const errors = isObject(rule) ? rule['ErrorEquals'] : undefined;
        if (!isObject(rule) || !Array.isArray(errors) || errors.length === 0) {
          this.#report('The field ErrorEquals is required and must name at least one error', location);
          continue;
        }
        if (errors.includes('States.ALL') && (errors.length > 1 || index < rules.length - 1))
          this.#report('States.ALL must appear alone, and in the last rule', `${location}/ErrorEquals`);
        if (field === 'Retry') checkRetrier(rule, location, this.#report);
        else {
          this.#target(rule['Next'], `${location}/Next`, siblings);
          if (language === 'JSONata')
            for (const inside of ['Output', 'Assign'])
              checkExpressions(
                rule[inside] ?? null,
                `${location}/${inside}`,
                { result: false, errorOutput: true },
                this.#report,
              );
        }
      }
    }
  }
}

/** Every Assign of a state: its own, its rules', its catchers'. */
function assignmentsOf(state: Json | undefined): JsonObject[] {
  if (!isObject(state)) return [];
  const inner = [state['Choices'], state['Catch']].flatMap((rules) => (Array.isArray(rules) ? rules : []));
  return [state, ...inner.filter(isObject)].map(({ Assign }) => Assign).filter(isObject);
}
