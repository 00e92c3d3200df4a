import { expect, test } from 'vitest';
import { explained } from '../../control-plane/health/explained.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { lookAt } from '../../handlers/runtime/look-at.ts';
import { breakages } from '../../local/breakages.ts';
import { testBed } from '../support/landbridge.ts';

const A = 'us-east-1';
const B = 'eu-west-1';

// biome-ignore format: a table is read down its columns
test.for([
  { breakage: undefined,                          cause: `link/${B}~${A}`, says: /^by what is configured, requests get through/,             why: 'then it is the packets' },
  { breakage: 'route deleted',                    cause: `link/${B}~${A}`, says: /ends at (route|return): .*route\/eu-west-1\/main\/.* mends it$/, why: 'the hop, and the target' },
  { breakage: 'peering deleted by its requester', cause: `link/${B}~${A}`, says: /peering\/eu-west-1~us-east-1 mends it$/,                    why: 'the peering before the routes through it' },
  { breakage: 'stage deleted',                    cause: `replica/${A}`,   says: /ends at stage: .*base-path-mapping\/us-east-1 mends it$/,   why: 'a stage goes only once nothing is mapped to it' },
  { breakage: 'record deleted',                   cause: `view/${B}`,      says: /ends at name: .*records\/eu-west-1 mends it$/,              why: 'names, as callers ask' },
  { breakage: 'stage deleted',                    cause: `region/${A}`,    says: undefined,                                                  why: 'nobody can look there' },
] as const)('$breakage, seen as $cause: $why', async ({ breakage, cause, says }) => {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  await bed.join(A, B);
  const state = await bed.state();
  const found = breakages.find(({ name }) => name === breakage);
  if (found !== undefined) await bed.clock.runUntil(converse(found.do({ state, from: B, to: A }), bed.stranger));
  const { operator } = bed.landbridge;
  const { wanted, observation } = await bed.clock.runUntil(
    lookAt(state, { scope: {}, call: operator.call, nowMs: operator.nowMs() }),
  );
  const said = explained(cause, { declared: state.declared, wanted, observation });
  if (says === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(says);
});
