import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../../simulator/principal.ts';
import { listen, type SimulatorServer } from '../../../simulator/wire/server.ts';
import type { Request } from '../../../simulator/world.ts';
import { ACCOUNT, GuardedWorld, OTHER, trusting } from '../authorization/guarded-world.ts';

const [VIRGINIA, IRELAND, SYDNEY] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
const entering = { RoleArn: `arn:aws:iam::${OTHER}:role/member`, RoleSessionName: 'look' };

async function prepared(): Promise<{ readonly aws: GuardedWorld; readonly looker: Principal }> {
  const aws = new GuardedWorld();
  await aws.role('member', [], { account: OTHER, trust: trusting({ AWS: ACCOUNT }) });
  return { aws, looker: await aws.role('looker', [{ Action: 'sts:AssumeRole', Resource: '*' }]) };
}

describe('in process', () => {
  test('one Region’s STS lets in while another is dark, which lets nobody in', async () => {
    const { aws, looker } = await prepared();
    aws.world.outages.darken(VIRGINIA);
    const enter = (region: string) => aws.call<object>('sts', 'AssumeRole', entering, looker, region);
    for (const region of [IRELAND, SYDNEY])
      expect(await enter(region), region).toMatchObject({ AssumedRoleUser: { Arn: expect.any(String) as string } });
    const lost = enter(VIRGINIA).catch((error: unknown) => error);
    await aws.clock.runFor(10_000);
    expect(await lost).toMatchObject({ code: 'TimeoutError' });
  });

  test('CloudTrail has it where it was asked', async () => {
    const { aws, looker } = await prepared();
    const heard: string[] = [];
    aws.world.watchers.add(({ operation, place }) => heard.push(`${operation} in ${place.region}`));
    for (const region of [SYDNEY, VIRGINIA]) await aws.call('sts', 'AssumeRole', entering, looker, region);
    expect(heard).toEqual([`AssumeRole in ${SYDNEY}`, `AssumeRole in ${VIRGINIA}`]);
  });
});

describe('over the wire', () => {
  let server: SimulatorServer;
  const asked: Request[] = [];
  beforeAll(async () => {
    const { aws, looker } = await prepared();
    aws.world.sessions.set('ASIALOOKER', looker);
    const invoke = aws.world.invoke.bind(aws.world);
    aws.world.invoke = (request) => {
      asked.push(request);
      return invoke(request);
    };
    server = await listen(aws.world, { port: 0 });
  });
  afterAll(() => server.close());
  const credentials = { accessKeyId: 'ASIALOOKER', secretAccessKey: 'any', sessionToken: 'any' };

  /** What the SDK makes of its own endpoints, and where that then goes: here, and not there. */
  function clientOf(region: string, useGlobalEndpoint: boolean) {
    const client = new STSClient({ region, useGlobalEndpoint, credentials, maxAttempts: 1 });
    const hosts: string[] = [];
    const { hostname, port } = new URL(server.url);
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { hostname: string; headers: Record<string, string> };
        hosts.push(request.hostname);
        Object.assign(request, { hostname, port: Number(port), protocol: 'http:' });
        request.headers['host'] = `${hostname}:${port}`;
        return next(args);
      },
      { step: 'deserialize', priority: 'low', name: 'comesHere' },
    );
    return { client, hosts };
  }

  // biome-ignore format: a table is read down its columns
  test.for([
    { region: IRELAND,      isLegacy: false, host: 'sts.eu-west-1.amazonaws.com',      is: IRELAND,        why: 'its own' },
    { region: SYDNEY,       isLegacy: false, host: 'sts.ap-southeast-2.amazonaws.com', is: SYDNEY,         why: 'its own' },
    { region: 'af-south-1', isLegacy: false, host: 'sts.af-south-1.amazonaws.com',     is: 'af-south-1',   why: 'its own, where the account has to opt in' },
    { region: IRELAND,      isLegacy: true,  host: 'sts.amazonaws.com',                is: VIRGINIA,       why: 'the legacy one, which is signed for Virginia' },
    { region: 'aws-global', isLegacy: false, host: 'sts.amazonaws.com',                is: VIRGINIA,       why: 'the same, by the name of no Region' },
  ])('$host answers as $is: $why', async ({ region, isLegacy, host, is }) => {
    const { client, hosts } = clientOf(region, isLegacy);
    asked.length = 0;
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: ACCOUNT });
    expect(await client.send(new AssumeRoleCommand(entering))).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${OTHER}:assumed-role/member/look` },
    });
    expect(new Set(hosts)).toEqual(new Set([host]));
    expect(asked.map(({ operation, place }) => `${operation} in ${place.region}`)).toEqual([
      `GetCallerIdentity in ${is}`,
      `AssumeRole in ${is}`,
    ]);
  });
});
