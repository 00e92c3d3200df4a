import { kindNamed } from '../kinds/index.ts';
import type { Applied, Place } from '../kinds/kind.ts';
import { accountFor, within } from '../model/accounts.ts';
import type { AwsCall, Dialogue } from '../model/aws-call.ts';
import { Fault } from '../model/faults.ts';
import { kindOf } from '../model/target.ts';
import type { Step } from './plan.ts';
import type { Wanted } from './wanted.ts';

/**
 * Carries out one step of a plan.
 *
 * Faults  Conflict where the step no longer fits what is declared: the plan is stale, look again
 */
export function* apply(
  step: Step,
  target: Wanted | undefined,
  place: Place,
  artefact: (codeSha256: string) => Uint8Array,
): Dialogue<AwsCall, Applied | void> {
  const { key, drift, observed } = step;
  const kind = kindNamed(kindOf(key));
  const isWantedGone = target?.presence === 'absent';
  if (target === undefined || isWantedGone !== (step.action === 'remove') || target.presence === 'borrowed')
    throw new Fault('Conflict', `${key}: the plan says ${step.action}, and the fleet has changed since`);
  const account = accountFor(kind, place);
  if (step.action === 'remove') {
    yield* within(place.declared, account, kind.remove({ target, key, observed, place }));
    return;
  }
  // Another run made it, or made it anew, between this plan's look and its lease: a second one would be nobody's.
  const known = place.known(key);
  const isMadeSince =
    known !== undefined &&
    known !== step.known &&
    (observed === undefined || known !== kind.attributes(observed)['id']);
  if (isMadeSince) throw new Fault('Conflict', `${key}: ${known} was made since this was planned`);
  const desired = kind.desired.parse(step.desired);
  const change = { target, key, desired, observed, drift, place, artefact };
  return yield* within(place.declared, account, kind.apply(change));
}
