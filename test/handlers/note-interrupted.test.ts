import { expect, test } from 'vitest';
import type { Intent } from '../../control-plane/model/intent.ts';
import { fleetPk } from '../../handlers/runtime/fleet-rows.ts';
import { lookAt } from '../../handlers/runtime/look-at.ts';
import { noteInterrupted } from '../../handlers/runtime/note-interrupted.ts';
import { Table } from '../../handlers/runtime/table.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const OTHER = 'eu-west-1';
const KEY = `health-check/${OTHER}`;
const LONG_AGO_MS = 10 * 60_000;

test.for([
  { dark: [OTHER], why: 'it hangs on a bit in a Region that answers nobody: who finishes it waits' },
  { dark: [], why: 'who finishes it comes next' },
])('what a handler that died has made is told of by its intent, where $why', async ({ dark }) => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME, OTHER);
  const { operator } = bed.landbridge;
  const intent: Intent = {
    key: KEY,
    action: 'create',
    atMs: operator.nowMs() - LONG_AGO_MS,
    run: 'somebody who died',
    fence: 1,
    call: `route-53 createHealthCheck in ${HOME}`,
  };
  // As if its handler had died before the check was tagged and known by its id.
  const pk = fleetPk(bed.fleet.name);
  await new Table(operator).batch({
    put: [{ pk, sk: `intent#${KEY}`, key: KEY, intent }],
    remove: [{ pk, sk: `target#${KEY}` }],
  });
  const state = await bed.state();
  const sight = await bed.clock.runUntil(
    lookAt(state, {
      scope: {},
      call: operator.call,
      nowMs: operator.nowMs(),
      dark: new Map(dark.map((region) => [region, 'it answers nobody'])),
    }),
  );
  await bed.clock.runUntil(noteInterrupted(operator, state, sight));
  const { intents, ids } = await bed.state();
  expect(ids.has(KEY)).toBe(false);
  expect(intents.has(KEY)).toBe(true);
});
