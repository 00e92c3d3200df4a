import { expect, test } from 'vitest';
import { accountsJoined, judgeJoined } from '../../cli/doctor/joined-accounts.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { makeRoles } from '../../local/make-roles.ts';
import { rolesOf } from '../../permissions/roles.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';

const [ACCOUNT, SECOND, THIRD] = ['111122223333', '222233334444', '333344445555'] as const;
const HOME = 'us-east-1';

/** What a doctor sees of roles that were deployed with these accounts; `undefined`: none were. */
async function findings(memberAccounts: readonly string[] | undefined) {
  const world = createSimulator({ clock: new VirtualClock(), seed: 'peerings', account: ACCOUNT });
  const roles = rolesOf({ account: ACCOUNT, home: HOME, table: 'landbridge-state', memberAccounts });
  if (memberAccounts !== undefined) await makeRoles(world, ACCOUNT, rootOf(ACCOUNT), roles);
  const asked = [SECOND, THIRD];
  const joined = await converse(accountsJoined(asked), directCaller(world, ACCOUNT, rootOf(ACCOUNT)));
  return judgeJoined(asked, joined).map(({ level, where }) => `${level} ${where}`);
}

// biome-ignore format: a table is read down its columns
test.for([
  { deployed: [SECOND, THIRD], sees: [`ok ${SECOND}`, `ok ${THIRD}`],            why: 'both were named' },
  { deployed: [THIRD],         sees: [`problem ${SECOND}`, `ok ${THIRD}`],       why: 'a fleet named one since' },
  { deployed: [],              sees: [`problem ${SECOND}`, `problem ${THIRD}`],  why: 'no fleet had members elsewhere' },
  { deployed: undefined,       sees: [`not-checked ${SECOND}, ${THIRD}`],        why: 'nothing is deployed' },
])('roles deployed with $deployed: $sees, for $why', async ({ deployed, sees }) => {
  expect(await findings(deployed)).toEqual(sees);
});

test('the remedy names the command, and what is there to say where no file names the account', () => {
  expect(judgeJoined([SECOND], new Set())).toMatchObject([
    {
      remedy: expect.stringMatching(/^landbridge deploy --fleet-file FILE.* --accounts 222233334444$/) as string,
    },
  ]);
});
