import { Journal } from '../../handlers/runtime/journal.ts';
import { settledCast } from './settled-cast.ts';
import { CAST, MINUTE_MS, misbehave } from './trial.ts';
import { throwing } from './ways.ts';

const BY = 'arn:aws:iam::111122223333:user/on-call';
const MOST_POLICIES = 3;
const WHY = 'the building is on fire';

/**
 * Row 17: an operator takes the last healthy member out of service by hand. Refused; with overrides that name who
 * answers for them and expire it goes through, and the journal says who.
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
  // One override lifts one policy: whoever insists is told the next one, and answers for that as well.
  const overridden: string[] = [];
  let last = refused;
  while (last.status === 'FAILED' && overridden.length < MOST_POLICIES) {
    const policy = /"policy":"([a-z-]+)"/.exec(last.cause ?? '')?.[1] ?? 'nobody says which policy';
    overridden.push(policy);
    last = await bed.run('evacuate-region', { ...wish, override: { policy, by: BY, why: WHY, minutes: 10 } });
  }
  const drained = chronicle.moves.some(({ what, of }) => what === 'drain' && of === CAST.home);
  const journal = await clock.runUntil(new Journal(landbridge.operator).newest(fleet.name, 1_000));
  const used = journal.filter(({ what, by, target }) => what === 'override' && by === BY && target !== undefined);
  const { status: refusal, cause = '' } = refused;
  const isNamed = (policy: string): boolean =>
    used.some(({ target, says }) => target === policy && says.includes(BY) && says.includes(WHY));
  return [
    ...(refusal === 'FAILED' && cause.includes('last-healthy-member') ? [] : [`refused: ${refusal}: ${cause}`]),
    ...(drainedTooEarly ? ['it was drained though it was refused'] : []),
    ...(last.status === 'SUCCEEDED' ? [] : [`with overrides: ${last.status}: ${last.cause ?? ''}`]),
    ...(drained ? [] : ['it was not drained though overrides let it through']),
    ...overridden
      .filter((policy) => !isNamed(policy))
      .map((policy) => `the journal does not say who answers for lifting ${policy}`),
  ];
}
