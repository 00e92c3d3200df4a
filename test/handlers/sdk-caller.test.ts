import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AwsCall, write } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { sdkCaller } from '../../handlers/runtime/sdk-caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { makeRoles } from '../../local/make-roles.ts';
import { memberRolesOf } from '../../permissions/member-roles.ts';
import { rolesOf } from '../../permissions/roles.ts';
import { ScaledClock } from '../../simulator/clocks/scaled-clock.ts';
import { roleSession, rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';
import type { World } from '../../simulator/world.ts';

const [OWN, OTHER] = ['111122223333', '222233334444'] as const;
const HOME = 'us-east-1';
const KEY = 'ASIALANDBRIDGELOOKS0';
const HOUR_MS = 3_600_000;
const SILENT_FOR_MS = 300;

let server: SimulatorServer;
let world: World;
let entered: string[];
beforeAll(async () => {
  world = createSimulator({ clock: new ScaledClock({ scale: 1, startMs: Date.now() }), seed: 'wire', account: OWN });
  const deployed = { home: HOME, table: 'landbridge-state' };
  await makeRoles(world, OWN, rootOf(OWN), rolesOf({ ...deployed, account: OWN, memberAccounts: [OTHER] }));
  const there = memberRolesOf({ ...deployed, controlPlane: OWN, account: OTHER, fleets: ['payments'] });
  await makeRoles(world, OTHER, rootOf(OTHER), there);
  for (const account of [OWN, OTHER])
    await converse(
      write('eu-west-1', 'ec2', 'createVpc', { CidrBlock: '10.0.0.0/16' }),
      directCaller(world, account, rootOf(account)),
    );
  world.authorization = 'enforced';
  world.sessions.set(KEY, roleSession(`arn:aws:iam::${OWN}:role/landbridge-look`, 'landbridge-look'));
  entered = [];
  world.watchers.add(({ operation, input }) => {
    if (operation === 'AssumeRole') entered.push((input as { ExternalId?: string }).ExternalId ?? '');
  });
  server = await listen(world, { port: 0 });
});
afterAll(() => server.close());

const vpcsOf = (account?: AwsCall['account']): AwsCall => ({
  access: 'read',
  region: 'eu-west-1',
  service: 'ec2',
  method: 'describeVpcs',
  input: {},
  ...(account !== undefined && { account }),
});
const ownersIn = (answer: unknown): (string | undefined)[] =>
  ((answer as { readonly Vpcs?: readonly { readonly OwnerId?: string }[] }).Vpcs ?? []).map(({ OwnerId }) => OwnerId);

test("the SDK calls in a member's account with a session of one of its roles, and keeps it", async () => {
  const now = { aheadMs: 0 };
  const call = sdkCaller(
    {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: 'anything',
      AWS_SESSION_TOKEN: 'anything',
      AWS_REGION: HOME,
      AWS_LAMBDA_FUNCTION_NAME: 'landbridge-look',
    },
    undefined,
    () => world.clock.nowMs() + now.aheadMs,
  );
  const there = { id: OTHER, fleet: 'payments' };
  expect(new Set(ownersIn(await call(vpcsOf())))).toEqual(new Set([OWN]));
  expect(entered).toEqual([]);
  expect(new Set(ownersIn(await call(vpcsOf(there))))).toEqual(new Set([OTHER]));
  await Promise.all([call(vpcsOf(there)), call({ ...vpcsOf(there), region: HOME })]);
  expect(entered, 'once for all of them').toEqual(['landbridge:payments']);
  now.aheadMs = HOUR_MS;
  await call(vpcsOf(there));
  expect(entered, 'and anew before it ends').toHaveLength(2);

  const refused = call(vpcsOf({ ...there, fleet: 'ledger' }));
  await expect(refused).rejects.toMatchObject({ fault: 'Forbidden' });
  await expect(refused).rejects.toThrow(
    /account 222233334444 does not let landbridge-look in as .*landbridge-observer for the fleet ledger/,
  );
});

const HALF_AN_ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 500\r\n\r\n<DescribeVpcsResponse>';

test.each([
  { answers: '', why: 'it takes the connection, and says nothing' },
  { answers: HALF_AN_ANSWER, why: 'it stops in the middle of its answer' },
])('a Region that keeps silent is unavailable, and soon: $why', async ({ answers }) => {
  const open = new Set<Socket>();
  const silent = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(answers));
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const credentials = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: 'anything' };
  const call = sdkCaller(
    { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, ...credentials },
    undefined,
    undefined,
    SILENT_FOR_MS,
  );
  try {
    await expect(call(vpcsOf())).rejects.toMatchObject({ fault: 'Unavailable' });
  } finally {
    for (const socket of open) socket.destroy();
    silent.close();
  }
});
