import { describe, expect, test } from 'vitest';
import { functions } from '../../handlers/index.ts';
import { PACE } from '../../handlers/runtime/booked-turns.ts';
import { maskedLinesOf } from '../../local/inventory.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { isReadOnly } from '../../simulator/service.ts';
import { weatherOf } from '../../simulator/weather/index.ts';
import type { Request, World } from '../../simulator/world.ts';
import { QUICK, type TestBed, testBed } from './landbridge.ts';

/** What happens at one call: the handler dies before it or after it, or the call takes place and its answer is lost. */
type Mishap = 'dies before' | 'dies after' | 'hears nothing after';

const handlers = new Set(functions.map(({ name }) => `landbridge-${name}`));
/** Sessions are named after the function: agents have other names. */
const isByAHandler = ({ principal: { arn } }: Request): boolean => handlers.has(arn.split('/').at(-1) ?? '');

const nameOf = ({ service, operation, place: { region } }: Request): string =>
  `${service} ${operation.charAt(0).toLowerCase()}${operation.slice(1)} in ${region}`;
export const isResourceWrite = (request: Request): boolean =>
  !isReadOnly(request.operation) && request.service !== 'dynamodb' && request.service !== 'sfn';
/** Turns that are booked and not taken pass by: `test/handlers/pace.test.ts` sees to those. */
const isBooking = ({ input }: Request): boolean => (input as { Key?: { pk?: { S?: string } } }).Key?.pk?.S === PACE;
export const isTableWrite = (request: Request): boolean =>
  !isReadOnly(request.operation) && request.service === 'dynamodb' && !isBooking(request);

/** Lets something happen at the k-th of the handlers' calls that it counts, once it is armed. */
export class Reaper {
  /** 'ec2 createVpc in eu-west-1' */
  readonly counted: string[] = [];
  readonly #counts: (request: Request) => boolean;
  readonly #mishap: Mishap;
  readonly #k: number;

  constructor(counts: (request: Request) => boolean, mishap: Mishap = 'dies after', k = Number.POSITIVE_INFINITY) {
    this.#counts = counts;
    this.#mishap = mishap;
    this.#k = k;
  }

  arm(world: World): void {
    const isIt = (request: Request): boolean => {
      if (!isByAHandler(request) || !this.#counts(request)) return false;
      this.counted.push(nameOf(request));
      return this.counted.length === this.#k;
    };
    const storm = weatherOf(world);
    if (this.#mishap === 'hears nothing after') storm.loseAnswers({ share: 1, only: isIt });
    else {
      const when = this.#mishap === 'dies before' ? 'before' : 'after';
      storm.crash({ at: (request) => (isIt(request) ? when : undefined) });
    }
  }
}

/** What a run does to a settled fleet. */
export interface Journey {
  readonly what: string;
  readonly settled: readonly string[];
  readonly workflow: 'onboard-region' | 'offboard-region';
  readonly region: string;
}

/** What the world and the state table have come to, but for ids, times and who wrote last. */
export async function endingOf(bed: TestBed) {
  // Whatever the sweep still mends, and whatever AWS still shows of what was deleted.
  await bed.clock.runFor(10 * 60_000);
  const { members, ids, intents, runs } = await bed.state();
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments')), 'as declared').toBe(true);
  return {
    resources: maskedLinesOf(await bed.inventory()),
    members: members.map(({ by: _by, ...member }) => member),
    known: [...ids.keys()].toSorted(),
    intents: [...intents.values()],
    runs,
  };
}

export const inputOf = ({ workflow, region }: Journey): object => ({
  fleet: 'payments',
  region,
  ...(workflow === 'onboard-region' && { role: 'serving' }),
});

/** Goes on a journey with a settled fleet under a reaper. */
export async function goUnder(reaper: Reaper, journey: Journey): Promise<TestBed> {
  const { settled, workflow } = journey;
  const bed = await testBed({ timings: QUICK });
  if (settled.length > 0) await bed.join(...settled);
  reaper.arm(bed.world);
  const { status, cause } = await bed.run(workflow, inputOf(journey));
  expect({ status, cause }, 'the workflow goes on by itself').toEqual({ status: 'SUCCEEDED', cause: undefined });
  return bed;
}

const third = 'ap-southeast-2';
// biome-ignore format: a table is read down its columns
export const journeys = {
  thirdJoins: { what: 'the third Region of a fleet joins', settled: ['us-east-1', 'eu-west-1'],        workflow: 'onboard-region',  region: third },
  firstJoins: { what: 'the first Region of a fleet joins', settled: [],                                workflow: 'onboard-region',  region: 'us-east-1' },
  oneLeaves:  { what: 'one of three Regions leaves',       settled: ['us-east-1', 'eu-west-1', third], workflow: 'offboard-region', region: 'eu-west-1' },
} as const satisfies Readonly<Record<string, Journey>>;

/**
 * Goes on a journey again and again, and has its handler die after each of its writes.
 *
 * What is left behind where it dies before one, or hears nothing after it, differs from that by what is in the table alone:
 * `every` so many writes are gone through in these ways too.
 */
export async function dieAtEachWriteOf(journey: Journey, { every }: { readonly every: number }): Promise<void> {
  const reaper = new Reaper(isResourceWrite);
  const undisturbed = await endingOf(await goUnder(reaper, journey));
  const writes = reaper.counted.map((call, index) => ({ call, k: index + 1 }));
  const some = writes.filter(({ k }) => k % every === 0);

  describe(`${journey.what}, and its handler`, () => {
    test.for(writes)('dies after write $k, $call', async ({ k, call }) => {
      const bed = await goUnder(new Reaper(isResourceWrite, 'dies after', k), journey);
      expect(await endingOf(bed)).toEqual(undisturbed);
      const interrupted = (await bed.journal()).filter(({ what }) => what === 'interrupted');
      expect(interrupted.map(({ says }) => says).join('\n')).toContain(`${call} for `);
    });

    test.for(some)('dies before write $k, $call', async ({ k }) => {
      const bed = await goUnder(new Reaper(isResourceWrite, 'dies before', k), journey);
      expect(await endingOf(bed)).toEqual(undisturbed);
    });

    test.for(some)('hears nothing after write $k, $call', async ({ k }) => {
      const bed = await goUnder(new Reaper(isResourceWrite, 'hears nothing after', k), journey);
      expect(await endingOf(bed)).toEqual(undisturbed);
    });
  });
}
