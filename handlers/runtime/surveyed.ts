import { isDeepStrictEqual } from 'node:util';
import type { Place } from '../../control-plane/kinds/kind.ts';
import { observe, surveyName } from '../../control-plane/loop/observe.ts';
import type { Survey } from '../../control-plane/loop/scope.ts';
import type { Dialogue, ReadCall } from '../../control-plane/model/aws-call.ts';
import type { Declared } from '../../control-plane/model/fleet.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import type { Caller } from './caller.ts';
import { isLater } from './maybe.ts';

type Found = ReadonlyMap<TargetKey, unknown>;

/** A survey as it went: what was read, what was answered, and what that came to. */
interface Made {
  readonly declared: Declared;
  readonly entrance: Place['entrance'];
  readonly calls: readonly ReadCall[];
  readonly answers: readonly unknown[];
  readonly found: Found;
}

/** By the ids that the journal has: those of another fleet, or after a change, are another map. */
const made = new WeakMap<ReadonlyMap<TargetKey, string>, Map<string, Made>>();

/**
 * Makes a survey. Everything is read each time; only what follows from it is not worked out again where every read is answered
 * with the very same object as before, which no AWS does and a simulated one does while nothing has changed.
 *
 * In  `ids`: what `place.known` looks into
 */
export async function surveyed(
  survey: Survey,
  place: Place,
  ids: ReadonlyMap<TargetKey, string>,
  call: Caller,
): Promise<Found> {
  const { declared, entrance } = place;
  let ofIds = made.get(ids);
  if (ofIds === undefined) made.set(ids, (ofIds = new Map()));
  const name = nameOf(survey, place);
  const last = ofIds.get(name);
  const before = last?.declared === declared && last.entrance === entrance ? last : undefined;

  const calls: ReadCall[] = [];
  const answers: unknown[] = [];
  let isRefused = false;
  let dialogue: Dialogue<ReadCall, Found> | undefined;
  let step: IteratorResult<ReadCall, Found> | undefined;
  /** The dialogue, at the call whose answer is to come: it is had only once an answer is another than before. */
  const resumed = (): Dialogue<ReadCall, Found> => {
    if (dialogue !== undefined) return dialogue;
    dialogue = observe(survey, place);
    step = dialogue.next();
    for (const answer of answers) step = dialogue.next(answer);
    return dialogue;
  };
  if (before === undefined) resumed();
  // No turn of the queue more or less, whether it goes as before or not.
  for (;;) {
    if (step?.done === true) break;
    const asked: ReadCall | undefined = step?.value ?? before?.calls[calls.length];
    if (asked === undefined) return before?.found ?? new Map();
    let answer: unknown;
    try {
      answer = call(asked);
      if (isLater(answer)) answer = await answer;
    } catch (fault) {
      isRefused = true;
      step = resumed().throw(fault);
      continue;
    }
    if (dialogue === undefined && answer !== before?.answers[calls.length]) resumed();
    calls.push(asked);
    answers.push(answer);
    if (dialogue !== undefined) step = dialogue.next(answer);
  }
  // Other answers may come to the same: how many items a table has is nothing that anybody wants of it.
  const found = before !== undefined && isDeepStrictEqual(before.found, step.value) ? before.found : step.value;
  // What was refused may be allowed the next time.
  if (!isRefused) ofIds.set(name, { declared, entrance, calls, answers, found });
  return found;
}

function nameOf(survey: Survey, { proven }: Place): string {
  if (proven === undefined) return surveyName(survey);
  const { names, bit, watch, turn } = proven;
  return `${surveyName(survey)} ${names} ${bit} ${watch} ${turn}`;
}
