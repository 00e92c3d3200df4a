import { expect, test } from 'vitest';
import { epochMs } from '../../control-plane/model/units.ts';
import { standInLine } from '../../handlers/runtime/stand-in-line.ts';
import { declaredWith, memberOf, payments } from '../support/payments.ts';

const declared = declaredWith(
  memberOf('us-east-1', 1),
  memberOf('eu-west-1', 2, { account: '222233334444' }),
  memberOf('ap-southeast-2', 3, { account: '333344445555' }),
);

/** Stands in lines that take so long each, and says who stood where and how long it took. */
async function stood(takesMs: number) {
  const accounts: string[] = [];
  const clock = { nowMs: 0 };
  const isStale = await standInLine(
    { declared },
    {},
    {
      nowMs: () => epochMs(clock.nowMs),
      async standInLine({ account }) {
        accounts.push(account?.id ?? payments.account);
        const beganMs = clock.nowMs;
        await Promise.resolve();
        clock.nowMs = Math.max(clock.nowMs, beganMs + takesMs);
      },
    },
  );
  return { accounts: accounts.toSorted(), isStale, tookMs: clock.nowMs };
}

test('a look stands in the lines of all accounts at once: three take no longer than one', async () => {
  expect(await stood(90_000)).toEqual({
    accounts: ['111122223333', '222233334444', '333344445555'],
    isStale: true,
    tookMs: 90_000,
  });
  expect(await stood(200)).toMatchObject({ isStale: false, tookMs: 200 });
});
