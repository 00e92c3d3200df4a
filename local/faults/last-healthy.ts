import { Journal } from '../../handlers/runtime/journal.ts';
import { settledCast } from './settled-cast.ts';
import { CAST, MINUTE_MS, misbehave } from './trial.ts';
import { throwing } from './ways.ts';

const BY = 'arn:aws:iam::111122223333:user/on-call';
const POLICY = 'last-healthy-member';
const WHY = 'the building is on fire';

/**
 * Row 17: an operator takes the last healthy member out of service by hand. Refused; with an override that names who
 * answers for it and expires it goes through, and the journal says who.
 *
 * Out  what was not so
 */
export async function evacuateTheLast(seed: string): Promise<readonly string[]> {
  const { bed, trial, chronicle } = await settledCast({ seed });
  const { clock, fleet, landbridge } = bed;
  misbehave(trial, CAST.victim, throwing);
  misbehave(trial, CAST.third, throwing);
  await clock.runFor(5 * MINUTE_MS);
  const wish = { fleet: fleet.name, region: CAST.home, by: BY, because: WHY };
  const refused = await bed.run('evacuate-region', wish);
  const drainedTooEarly = chronicle.moves.some(({ what }) => what === 'drain');
  const override = { policy: POLICY, by: BY, why: WHY, minutes: 10 };
  // That callers have moved cannot be proven, as there is nobody to move to: whether it ends well is not the question.
  await bed.run('evacuate-region', { ...wish, override });
  const drained = chronicle.moves.some(({ what, of }) => what === 'drain' && of === CAST.home);
  const journal = await clock.runUntil(new Journal(landbridge.operator).newest(fleet.name, 1_000));
  const used = journal.filter(({ what, by, target }) => what === 'override' && by === BY && target === POLICY);
  const { status: refusal, cause = '' } = refused;
  return [
    ...(refusal === 'FAILED' && cause.includes(POLICY) ? [] : [`refused: ${refusal}: ${cause}`]),
    ...(drainedTooEarly ? ['it was drained though it was refused'] : []),
    ...(drained ? [] : ['it was not drained though an override let it through']),
    ...(used.some(({ says }) => says.includes(BY) && says.includes(WHY))
      ? []
      : ['the journal does not say who answers for it']),
  ];
}
