import { expect, test } from 'vitest';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import { fleetPk } from '../../handlers/runtime/fleet-rows.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { Leases } from '../../handlers/runtime/lease.ts';
import { Table } from '../../handlers/runtime/table.ts';
import { known } from '../support/known.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const FLEET = 'payments';
const HOME = 'us-east-1';
const SCOPE = 'rollout';
const KEY = `function/${HOME}`;

interface Query {
  readonly ExclusiveStartKey?: object;
  readonly ExpressionAttributeValues: { readonly ':pk': { readonly S: string } };
}

test('whoever reads a fleet while somebody changes it has seen the change, or takes no lease with what was read', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME);
  const { operator } = bed.landbridge;
  const rows = (await new Table(operator).rows(fleetPk(FLEET))).length;
  let seen = 0;
  let refused = 0;
  for (let first = 1; first < rows; first += 1) {
    const atMs = first;
    const somebodyElse = async (): Promise<void> => {
      const leases = new Leases(operator, FLEET);
      const lease = known(await leases.take(SCOPE, 'somebody else', (await bed.state()).fences.get(SCOPE)));
      await new Table(operator).batch({ put: [{ pk: fleetPk(FLEET), sk: `changed#${KEY}`, key: KEY, atMs }] });
      await leases.release(lease);
    };
    // DynamoDB answers a page and then another, and writes take place between the two.
    const call = async (made: AwsCall): Promise<unknown> => {
      const { ExclusiveStartKey, ExpressionAttributeValues } = made.input as Query;
      const isFleets = made.method === 'query' && ExpressionAttributeValues[':pk'].S === fleetPk(FLEET);
      if (!isFleets) return operator.call(made);
      if (ExclusiveStartKey !== undefined) await somebodyElse();
      const Limit = ExclusiveStartKey === undefined ? first : rows;
      return operator.call({ ...made, input: { ...(made.input as object), Limit } });
    };
    const torn = await new FleetStore({ ...operator, call }).load(FLEET);
    const lease = await new Leases(operator, FLEET).take(SCOPE, 'late', torn.fences.get(SCOPE));
    const isSeen = torn.changedAtMs[KEY] === atMs;
    seen += isSeen ? 1 : 0;
    refused += lease === undefined ? 1 : 0;
    expect({ first, is: isSeen || lease === undefined }).toEqual({ first, is: true });
    if (lease !== undefined) await new Leases(operator, FLEET).release(lease);
  }
  expect(Math.min(seen, refused)).toBeGreaterThan(0);
});
