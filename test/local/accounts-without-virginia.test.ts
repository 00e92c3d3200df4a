import { expect, test } from 'vitest';
import { write } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { rootOf } from '../../simulator/principal.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const [VIRGINIA, HOME, STANDBY, ASIA] = ['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'] as const;
const ABROAD = '222233334444';
const MINUTE_MS = 60_000;

test('a member’s account is entered, and its member mended, while us-east-1 is dark and home is elsewhere', async () => {
  const bed = await testBed({
    timings: QUICK,
    memberAccounts: { [ABROAD]: ['payments'] },
    declare: (fleet) => ({
      ...fleet,
      home: HOME,
      standby: STANDBY,
      members: { [HOME]: { role: 'serving' }, [ASIA]: { role: 'serving', account: ABROAD } },
    }),
  });
  await bed.join(HOME, ASIA);
  bed.world.outages.darken(VIRGINIA);
  // Sessions that were open before last an hour.
  await bed.clock.runFor(61 * MINUTE_MS);
  const entered: string[] = [];
  bed.world.watchers.add(({ operation, place, error }) => {
    if (operation === 'AssumeRole') entered.push(`${place.region} ${error?.code ?? 'let in'}`);
  });

  const { ids, members } = await bed.state();
  const RouteTableId = ids.get(`route-table/${ASIA}/main`);
  const DestinationCidrBlock = members.find(({ region }) => region === HOME)?.cidrs[0];
  const cut = write(ASIA, 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock });
  await bed.clock.runUntil(converse(cut, directCaller(bed.world, ABROAD, rootOf(ABROAD))));
  await bed.clock.runFor(15 * MINUTE_MS);
  expect(new Set(entered)).toEqual(new Set([`${HOME} let in`]));
  const outcomes = (await bed.journal()).filter(({ what }) => what === 'outcome');
  const mended = outcomes.filter(({ outcome }) => outcome === 'repaired').map(({ signal }) => String(signal));
  expect(mended.join('\n')).toContain(`event: DeleteRoute in ${ASIA} by arn:aws:iam::${ABROAD}:root`);
});
