import { describe, expect, test } from 'vitest';
import { type Dialogue, type ReadCall, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { type CallerSpec, callersIn } from '../../local/callers.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { inventoryOf, linesOf } from '../../local/inventory.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import type { Principal } from '../../simulator/principal.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const [HOME, EU, ASIA] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
const [SECOND, THIRD] = ['222233334444', '333344445555'] as const;
const WHERE: Readonly<Record<string, string>> = { [EU]: SECOND, [ASIA]: THIRD };
const URL = 'https://api.payments.example.com/health';
const MINUTE_MS = 60_000;

/** The example, with one member at home and two in accounts of their own. */
const abroad = (fleet: Fleet): Fleet => ({
  ...fleet,
  members: {
    [HOME]: { role: 'serving' },
    [EU]: { role: 'serving', account: SECOND },
    [ASIA]: { role: 'serving', account: THIRD },
  },
});
const memberAccounts = { [SECOND]: ['payments'], [THIRD]: ['payments'] };

const bedOf = (): Promise<TestBed> => testBed({ timings: QUICK, declare: abroad, memberAccounts });

async function specsOf(bed: TestBed, ...regions: readonly string[]): Promise<CallerSpec[]> {
  const { ids } = await bed.state();
  return regions.map((region) => ({
    account: WHERE[region] ?? ACCOUNT,
    region,
    vpcId: ids.get(`vpc/${region}`) ?? '',
  }));
}

/** Somebody with a console in one of the accounts. */
const strangerIn = (account: string): Principal => ({
  kind: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/stranger/somebody`,
  account,
  roleArn: `arn:aws:iam::${account}:role/stranger`,
});
const breaks = <Result>(
  { clock, world }: TestBed,
  account: string,
  dialogue: Dialogue<ReadCall | WriteCall, Result>,
): Promise<Result> => clock.runUntil(converse(dialogue, directCaller(world, account, strangerIn(account))));

const refusedIn = async (bed: TestBed): Promise<string[]> =>
  (await bed.journal()).filter(({ what }) => what === 'refused').map(({ says }) => says);

const DEBUG = true;
describe('a fleet in three accounts', () => {
  test('joins, and answers across', async () => {
    const bed = await bedOf();
    try {
      await bed.join(HOME, EU, ASIA);
    } finally {
      if (DEBUG)
        for (const entry of await bed.journal())
          if (
            ['finding', 'refused', 'outcome', 'proof'].includes(entry.what) ||
            entry['outcome'] === 'Forbidden' ||
            (entry.what === 'step' && entry['outcome'] !== 'done')
          )
            console.log(entry.what, entry.says.slice(0, 220));
    }
    const callers = callersIn(bed.world, await specsOf(bed, HOME, EU, ASIA), URL);
    await bed.clock.runFor(3 * MINUTE_MS);
    expect(callers.tolls()).toMatchObject({ sent: 540, lost: 0 });
    expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
  });
});
void [refusedIn, breaks, inventoryOf, linesOf, write];
