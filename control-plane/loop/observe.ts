import { kindNamed } from '../kinds/index.ts';
import type { Place } from '../kinds/kind.ts';
import { accountFor, within } from '../model/accounts.ts';
import type { Dialogue, ReadCall } from '../model/aws-call.ts';
import type { FaultName } from '../model/faults.ts';
import { keyOf, type TargetKey } from '../model/target.ts';
import type { Survey } from './scope.ts';

/** What a survey could not see: its Region did not answer, or did not let us look. */
export interface Unseen {
  readonly fault: FaultName;
  readonly says: string;
}

/** What is there now, as far as it was looked at. Never stored: the next round looks again. */
export interface Observation {
  readonly targets: ReadonlyMap<TargetKey, unknown>;
  /** By 'kind@region'. A target whose survey is here is neither present nor absent. */
  readonly unseen: ReadonlyMap<string, Unseen>;
}

export const surveyName = ({ kind, region }: Survey): string => `${kind}@${region}`;

/** One survey: every target of a kind in a Region, by key. */
export function* observe(survey: Survey, place: Place): Dialogue<ReadCall, ReadonlyMap<TargetKey, unknown>> {
  const kind = kindNamed(survey.kind);
  const found = yield* within(place.declared, accountFor(kind, place), kind.survey(place));
  return new Map([...found].map(([name, observed]) => [keyOf(kind.name, name), observed]));
}
