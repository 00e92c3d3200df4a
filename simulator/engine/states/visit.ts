import type { QueryLanguage, State } from './definition.ts';
import type { BranchEnd } from './execution.ts';
import { dataLimitExceeded, runtimeFailure, StateFailure } from './failure.ts';
import { type Frame, record } from './frame.ts';
import type { Json, JsonObject, Payload } from './json.ts';
import { isObject, payloadOf, utf8Bytes } from './json.ts';
import { lookUp, mustFind, type PathScope, placeResult } from './json-path.ts';
import { evaluate, type JsonataScope } from './jsonata.ts';
import { MAX_PAYLOAD_BYTES } from './limits.ts';
import { fillTemplate } from './payload-template.ts';

/** What a state puts out, and the variables it assigns. */
export interface Left {
  readonly output: Payload;
  readonly assigned: JsonObject | undefined;
}

/** The fields, of a state, a rule or a catcher, that say what comes out. */
export interface LeavingFields {
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
}

type Extra = { readonly result?: Json; readonly errorOutput?: Json };

/** One entry into one state: its input, its context object, and how its fields are evaluated in its query language. */
export class Visit {
  readonly frame: Frame;
  readonly name: string;
  readonly state: State;
  readonly input: Payload;
  readonly language: QueryLanguage;
  readonly enteredEventId: number;
  retryCount = 0;
  taskToken: string | undefined;
  /** How far the branches or iterations of the last attempt came, for a redrive. */
  children: (BranchEnd | undefined)[] | undefined;
  readonly #enteredTime: string;

  constructor(frame: Frame, name: string, state: State, input: Payload, enteredEventId: number) {
    this.frame = frame;
    this.name = name;
    this.state = state;
    this.input = input;
    this.language = state.QueryLanguage ?? frame.language;
    this.enteredEventId = enteredEventId;
    this.#enteredTime = new Date(frame.engine.world.clock.nowMs()).toISOString();
  }

  /** The context object. Source: Step Functions guide, Accessing execution data from the Context object. */
  context(item: JsonObject | undefined = this.frame.item): Json {
    return {
      ...this.frame.contextBase,
      State: { EnteredTime: this.#enteredTime, Name: this.name, RetryCount: this.retryCount },
      ...(item === undefined ? {} : { Map: { Item: item } }),
      ...(this.taskToken === undefined ? {} : { Task: { Token: this.taskToken } }),
    };
  }

  /** Evaluates a field of a JSONata state. A failure is also written to the history, with the field it came from. */
  async jsonata(value: Json, field: string, extra: Extra = {}, item?: JsonObject): Promise<Json> {
    const { engine, variables } = this.frame;
    const scope: JsonataScope = {
      states: { input: this.input.value, context: this.context(item), ...extra },
      variables,
      world: { nowMs: engine.world.clock.nowMs(), random: engine.random },
    };
    try {
      return await evaluate(value, scope, field);
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      throw this.evaluationFailed(error, field);
    }
  }

  evaluationFailed(failure: StateFailure, location: string): StateFailure {
    const cause = `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredEventId}). ${failure.because ?? ''}`;
    const details = { error: failure.error, cause, location, state: this.name };
    record(this.frame, 'EvaluationFailed', 'evaluationFailedEventDetails', details);
    return new StateFailure(failure.error, cause);
  }

  paths(root: Json, item?: JsonObject): PathScope {
    return { root, context: this.context(item), variables: this.frame.variables };
  }

  /** The input after InputPath. */
  effectiveInput(): Json {
    const { InputPath } = this.state;
    if (InputPath === null) return {};
    if (InputPath === undefined || InputPath === '$') return this.input.value;
    const found = lookUp(InputPath, this.paths(this.input.value));
    if (found === undefined)
      throw runtimeFailure(
        `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredEventId}). Invalid path '${InputPath}': No results for path`,
      );
    return found;
  }

  template(template: Json, root: Json, item?: JsonObject): Json {
    return fillTemplate(template, this.paths(root, item), this.frame.engine.random);
  }

  /** What the state's work is given: Arguments or the input; in JSONPath, Parameters over the effective input. */
  async arguments(fields: { readonly Arguments?: Json; readonly Parameters?: Json }): Promise<Json> {
    if (this.language === 'JSONata')
      return fields.Arguments === undefined ? this.input.value : this.jsonata(fields.Arguments, 'Arguments');
    const effective = this.effectiveInput();
    return fields.Parameters === undefined ? effective : this.template(fields.Parameters, effective);
  }

  /** A number of a field that may be a JSONata expression, or a path in the field's twin. Undefined where there is neither. */
  async number(
    field: string,
    { least, most = Number.MAX_SAFE_INTEGER, fraction = false }: { least: number; most?: number; fraction?: boolean },
  ): Promise<number | undefined> {
    const { [field]: fixed, [`${field}Path`]: path } = this.state as unknown as Record<string, Json | undefined>;
    let value: Json | undefined = fixed;
    if (typeof fixed === 'string') value = await this.jsonata(fixed, field);
    else if (typeof path === 'string') value = mustFind(path, this.paths(this.effectiveInput()), 'States.Runtime');
    if (value === undefined) return undefined;
    const fits = typeof value === 'number' && value >= least && value <= most && (fraction || Number.isInteger(value));
    if (fits) return value as number;
    const because = `The value of the field '${field}' must be ${fraction ? 'a number' : 'an integer'} from ${least}, but was ${JSON.stringify(value)}.`;
    throw this.unacceptable(because, field);
  }

  /** A field came to a value that it does not take. Source: states-language.net/spec.html, JSONata Runtime Errors. */
  unacceptable(because: string, field: string): StateFailure {
    if (this.language !== 'JSONata') return runtimeFailure(because);
    return this.evaluationFailed(new StateFailure('States.QueryEvaluationError', because), field);
  }

  /** The output and the assignments. Both see the variables as they were on entry. */
  async leave(result: Json | undefined, fields: LeavingFields, errorOutput?: Json): Promise<Left> {
    // A result of null is a result.
    const produced = errorOutput ?? result;
    let output: Json;
    let assigned: Json | undefined;
    if (this.language === 'JSONata') {
      const extra = {
        ...(result === undefined ? {} : { result }),
        ...(errorOutput === undefined ? {} : { errorOutput }),
      };
      output =
        fields.Output === undefined
          ? produced === undefined
            ? this.input.value
            : produced
          : await this.jsonata(fields.Output, 'Output', extra);
      assigned = fields.Assign === undefined ? undefined : await this.jsonata(fields.Assign, 'Assign', extra);
    } else {
      const root = produced === undefined ? this.effectiveInput() : produced;
      const selected = fields.ResultSelector === undefined ? root : this.template(fields.ResultSelector, root);
      const placed =
        result === undefined && errorOutput === undefined
          ? root
          : placeResult(this.input.value, selected, fields.ResultPath);
      output = this.#outputPath(placed, fields.OutputPath);
      assigned = fields.Assign === undefined ? undefined : this.template(fields.Assign, root);
    }
    const written = output === this.input.value ? this.input : payloadOf(output);
    if (utf8Bytes(written.text) > MAX_PAYLOAD_BYTES)
      throw dataLimitExceeded(`The state/task '${this.name}' returned a result with a size that`);
    if (assigned !== undefined && utf8Bytes(JSON.stringify(assigned)) > MAX_PAYLOAD_BYTES)
      throw dataLimitExceeded(`The variables assigned by the state '${this.name}' have a size that`);
    return { output: written, assigned: isObject(assigned) ? assigned : undefined };
  }

  #outputPath(value: Json, path: string | null | undefined): Json {
    if (path === null) return {};
    if (path === undefined || path === '$') return value;
    const found = lookUp(path, this.paths(value));
    if (found === undefined) throw runtimeFailure(`Invalid path '${path}': No results for path`);
    return found;
  }
}
