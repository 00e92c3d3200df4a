import type { Json, JsonObject } from '../../../engine/states/json.ts';
import type { Lifetime } from '../../../engine/states/lifetime.ts';
import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import { assertProperty, executeApi, waitForProperty } from './api-actions.ts';
import { approve } from './approve.ts';
import { type Automation, StepFailure, type StepRun } from './automation.ts';
import { branch } from './branch.ts';
import { textOf } from './references.ts';

/** What an action works with. */
export interface Doing {
  readonly world: World;
  readonly place: Place;
  readonly automation: Automation;
  readonly step: StepRun;
  readonly inputs: JsonObject;
  /** Ends when the step's time is up, or when the automation is stopped. */
  readonly lifetime: Lifetime;
}

export interface Done {
  readonly outputs?: Readonly<Record<string, Json>>;
  readonly response?: string;
  /** Where the action itself says how to go on. */
  readonly next?: string;
}

export interface Action {
  /** Source: each action's page in the Automation actions reference. */
  readonly timeoutSeconds: number;
  run(doing: Doing): Promise<Done>;
}

const DAY_SECONDS = 86_400;

/** Source: aws:sleep, Duration in ISO 8601, at most 604,800 s; Timestamp. */
const sleep: Action = {
  timeoutSeconds: 7 * DAY_SECONDS,
  async run({ world, inputs, lifetime }) {
    const { Duration, Timestamp } = inputs;
    const [, days, hours, minutes, seconds] =
      /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(textOf(Duration ?? '')) ?? [];
    const parts = [days, hours, minutes, seconds].map((part) => Number(part ?? 0));
    const [d = 0, h = 0, m = 0, s = 0] = parts;
    const forMs = (d * DAY_SECONDS + h * 3_600 + m * 60 + s) * 1_000;
    const untilMs = Timestamp === undefined ? world.clock.nowMs() + forMs : Date.parse(textOf(Timestamp));
    if (Number.isNaN(untilMs) || (Timestamp === undefined && forMs === 0))
      throw new StepFailure('aws:sleep needs a Duration such as PT10M, or a Timestamp');
    await lifetime.sleepUntil(world.clock, untilMs);
    return {};
  },
};

const MOST_CHARACTERS = 512;

/** Source: aws:updateVariable: a text of 1 to 512 characters, of the variable's own type. */
const updateVariable: Action = {
  timeoutSeconds: 25,
  async run({ automation, inputs: { Name, Value } }) {
    const name = /^variable:(\w+)$/.exec(textOf(Name))?.[1];
    const definition = automation.document.variables?.[name ?? ''];
    if (name === undefined || definition === undefined)
      throw new StepFailure(`${textOf(Name)} is not a variable of this document`);
    if (Value === undefined) throw new StepFailure('aws:updateVariable needs a Value');
    const isText = typeof Value === 'string';
    if (isText !== (definition.type === 'String'))
      throw new StepFailure(`variable:${name} is of type ${definition.type}`);
    if (isText && (Value === '' || Value.length > MOST_CHARACTERS))
      throw new StepFailure(`variable:${name} takes 1 to ${MOST_CHARACTERS} characters, and is given ${Value.length}`);
    automation.variables.set(name, Value);
    return {};
  },
};

/** What is simulated. Every other action fails its step, by name. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['aws:approve', approve],
  ['aws:assertAwsResourceProperty', assertProperty],
  ['aws:branch', branch],
  ['aws:executeAwsApi', executeApi],
  ['aws:sleep', sleep],
  ['aws:updateVariable', updateVariable],
  ['aws:waitForAwsResourceProperty', waitForProperty],
]);
