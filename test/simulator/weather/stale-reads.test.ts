import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../simulator/principal.ts';
import type { ServiceName } from '../../../simulator/service.ts';
import { ACCOUNT, IRELAND, VIRGINIA } from '../service-world.ts';
import { weatherWorld } from './weather-world.ts';

/** Sees everything as it is, at once. */
const allSeeing: Principal = { kind: 'Root', arn: 'all-seeing', account: ACCOUNT };
const MAX_MS = 5_000;
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
});

let it: ReturnType<typeof weatherWorld>;
const begin = (seed?: string) => {
  it = weatherWorld(seed);
  it.storm.staleReads({ share: 1, maxMs: MAX_MS, only: ({ principal }) => principal !== allSeeing });
};
beforeEach(() => begin());

const settle = <Output>(asked: Promise<Output>): Promise<Output | string> =>
  it.clock.runUntil(
    asked.catch((error: { code: string }) => {
      if (error.code === undefined) throw error;
      return error.code;
    }),
  );
const truth = (service: ServiceName, operation: string, input: object, region = VIRGINIA) =>
  settle(it.world.invoke({ service, operation, input, place: { account: ACCOUNT, region }, principal: allSeeing }));
/** Asks so often that each of two ways to answer is met. */
const often = async (
  service: ServiceName,
  operation: string,
  input: object,
  region = VIRGINIA,
): Promise<Set<string>> => {
  const seen = new Set<string>();
  for (let index = 0; index < 20; index += 1)
    seen.add(JSON.stringify(await settle(it.ask(service, operation, input, region))));
  return seen;
};

const vpc = async (CidrBlock = '10.0.0.0/16'): Promise<string> =>
  ((await settle(it.ask('ec2', 'CreateVpc', { CidrBlock }))) as { Vpc: { VpcId: string } }).Vpc.VpcId;

describe('what was made just now', () => {
  test('is not there yet when it is asked for by its id, or it is; later it is', async () => {
    const id = await vpc();
    const input = { VpcIds: [id] };
    const seen = await often('ec2', 'DescribeVpcs', input);
    expect(seen).toEqual(
      new Set(['"InvalidVpcID.NotFound"', JSON.stringify(await truth('ec2', 'DescribeVpcs', input))]),
    );
    await it.clock.runFor(MAX_MS);
    expect(await often('ec2', 'DescribeVpcs', input)).toHaveProperty('size', 1);
  });

  test('is named as it was asked for', async () => {
    const id = await vpc();
    const says: string[] = [];
    for (let index = 0; index < 20; index += 1)
      await it.clock.runUntil(
        it.ask('ec2', 'DescribeVpcs', { VpcIds: [id] }).catch((error: Error) => says.push(error.message)),
      );
    expect(new Set(says)).toEqual(new Set([`The vpc ID '${id}' does not exist`]));
  });

  test('is not found by a filter, either', async () => {
    const id = await vpc();
    const seen = await often('ec2', 'DescribeSecurityGroups', { Filters: [{ Name: 'vpc-id', Values: [id] }] });
    expect(seen).toContain('{"SecurityGroups":[]}');
    expect(seen.size).toBe(2);
  });

  test('cannot be written to yet, or it can, in EC2', async () => {
    const id = await vpc();
    const seen = new Set<string>();
    for (let index = 0; index < 20; index += 1)
      seen.add(
        JSON.stringify(
          await settle(it.ask('ec2', 'ModifyVpcAttribute', { VpcId: id, EnableDnsHostnames: { Value: true } })),
        ),
      );
    expect(seen).toEqual(new Set(['"InvalidVpcID.NotFound"', '{}']));
  });

  test('a peering is not there yet for whoever is to accept it in another Region', async () => {
    // In the accepter's Region it is seen after some seconds, by anybody.
    it.storm.staleReads({ share: 1, maxMs: 10 * 60_000, only: ({ principal }) => principal !== allSeeing });
    const one = await vpc();
    const other = (
      (await settle(it.ask('ec2', 'CreateVpc', { CidrBlock: '10.9.0.0/16' }, IRELAND))) as { Vpc: { VpcId: string } }
    ).Vpc.VpcId;
    await it.clock.runFor(10 * 60_000);
    const asked = { VpcId: one, PeerVpcId: other, PeerRegion: IRELAND };
    const { VpcPeeringConnection } = (await settle(it.ask('ec2', 'CreateVpcPeeringConnection', asked))) as {
      VpcPeeringConnection: { VpcPeeringConnectionId: string };
    };
    const id = VpcPeeringConnection.VpcPeeringConnectionId;
    await it.clock.runFor(5_000);
    const seen = await often('ec2', 'DescribeVpcPeeringConnections', { VpcPeeringConnectionIds: [id] }, IRELAND);
    expect(seen).toContain('"InvalidVpcPeeringConnectionID.NotFound"');
    expect(seen.size).toBe(2);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { service: 'iam',      make: 'CreateRole',  input: { RoleName: 'r', AssumeRolePolicyDocument: TRUST }, read: 'GetRole', by: { RoleName: 'r' }, says: 'NoSuchEntity' },
    { service: 'dynamodb', make: 'CreateTable', input: { TableName: 't-one', AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], BillingMode: 'PAY_PER_REQUEST' }, read: 'DescribeTable', by: { TableName: 't-one' }, says: 'ResourceNotFoundException' },
  ] as const)('$service $read says $says', async ({ service, make, input, read, by, says }) => {
    await settle(it.ask(service, make, input));
    expect(await often(service, read, by)).toContain(JSON.stringify(says));
    await it.clock.runFor(MAX_MS);
    expect(await often(service, read, by)).not.toContain(JSON.stringify(says));
  });
});

describe('what was changed', () => {
  test('is read as before by whoever has read it before, and as it is', async () => {
    const id = await vpc();
    await it.clock.runFor(MAX_MS);
    const input = { VpcId: id, Attribute: 'enableDnsHostnames' };
    const before = JSON.stringify(await truth('ec2', 'DescribeVpcAttribute', input));
    expect(await often('ec2', 'DescribeVpcAttribute', input)).toEqual(new Set([before]));
    await settle(it.ask('ec2', 'ModifyVpcAttribute', { VpcId: id, EnableDnsHostnames: { Value: true } }));
    const after = JSON.stringify(await truth('ec2', 'DescribeVpcAttribute', input));
    expect(await often('ec2', 'DescribeVpcAttribute', input)).toEqual(new Set([before, after]));
    expect(before).not.toBe(after);
  });

  test('is read as it is where AWS is consistent: consistent reads, and the records of a zone', async () => {
    const key = { AttributeName: 'pk', AttributeType: 'S' };
    await settle(
      it.ask('dynamodb', 'CreateTable', {
        TableName: 't-two',
        AttributeDefinitions: [key],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await it.clock.runFor(10_000);
    const eventual = { TableName: 't-two', Key: { pk: { S: 'a' } } };
    const consistent = { ...eventual, ConsistentRead: true };
    await often('dynamodb', 'GetItem', eventual);
    await often('dynamodb', 'GetItem', consistent);
    await settle(it.ask('dynamodb', 'PutItem', { TableName: 't-two', Item: { pk: { S: 'a' } } }));
    expect((await often('dynamodb', 'GetItem', eventual)).size).toBe(2);
    expect((await often('dynamodb', 'GetItem', consistent)).size).toBe(1);

    const { HostedZone } = (await settle(
      it.ask('route-53', 'CreateHostedZone', { Name: 'a.example.', CallerReference: '1' }),
    )) as { HostedZone: { Id: string } };
    const HostedZoneId = HostedZone.Id.replace('/hostedzone/', '');
    await often('route-53', 'ListResourceRecordSets', { HostedZoneId });
    const record = { Name: 'b.a.example.', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] };
    await settle(
      it.ask('route-53', 'ChangeResourceRecordSets', {
        HostedZoneId,
        ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: record }] },
      }),
    );
    expect((await often('route-53', 'ListResourceRecordSets', { HostedZoneId })).size).toBe(1);
  });

  test('of a service that is named beside may be behind as well', async () => {
    it.storm.staleReads({ share: 1, maxMs: MAX_MS, also: ['route-53'] });
    await often('route-53', 'ListHostedZones', {});
    await settle(it.ask('route-53', 'CreateHostedZone', { Name: 'a.example.', CallerReference: '1' }));
    expect((await often('route-53', 'ListHostedZones', {})).size).toBe(2);
  });
});

test.for(['one', 'two', 'three', 'four', 'five', 'six'])(
  'every answer was true within the last seconds: seed %s',
  async (seed) => {
    begin(seed);
    const chance = it.world.random.fork('test');
    const cidrs = new Set<string>();
    const ids: string[] = [];
    const madeAtMs = new Map<string, number>();
    /** What every read would have been answered, and until when. */
    const history = new Map<string, { readonly text: string; untilMs: number }[]>();
    const reads = (): readonly (readonly [string, object])[] => [
      ['DescribeVpcs', {}],
      ['DescribeSubnets', {}],
      ['DescribeRouteTables', {}],
      ...ids.flatMap((VpcId) => [
        ['DescribeVpcs', { VpcIds: [VpcId] }] as const,
        ['DescribeVpcAttribute', { VpcId, Attribute: 'enableDnsSupport' }] as const,
      ]),
    ];
    const note = async (): Promise<void> => {
      for (const [operation, input] of reads()) {
        const key = `${operation} ${JSON.stringify(input)}`;
        const text = JSON.stringify(await truth('ec2', operation, input));
        const known = history.get(key) ?? [];
        history.set(key, known);
        const same = known.at(-1);
        if (same?.text === text) same.untilMs = it.clock.nowMs();
        else known.push({ text, untilMs: it.clock.nowMs() });
      }
    };
    const write = async (): Promise<void> => {
      const draw = chance.between(0, 4);
      const one = ids[chance.between(0, Math.max(1, ids.length))];
      const block = `10.${chance.between(0, 250)}.0.0/16`;
      if (draw === 0 || one === undefined) {
        if (cidrs.has(block) || ids.length >= 5) return;
        cidrs.add(block);
        const made = await vpc(block);
        ids.push(made);
        madeAtMs.set(made, it.clock.nowMs());
      } else if (draw === 1) await settle(it.ask('ec2', 'CreateRouteTable', { VpcId: one }));
      else if (draw === 2)
        await settle(
          it.ask('ec2', 'ModifyVpcAttribute', { VpcId: one, EnableDnsSupport: { Value: chance.next() < 0.5 } }),
        );
      else await settle(it.ask('ec2', 'CreateTags', { Resources: [one], Tags: [{ Key: 'k', Value: chance.hex(4) }] }));
    };
    for (let step = 0; step < 120; step += 1) {
      await note();
      if (chance.next() < 0.3) await write();
      await note();
      const of = reads();
      const [operation, input] = of[chance.between(0, of.length)] ?? ['DescribeVpcs', {}];
      const text = JSON.stringify(await settle(it.ask('ec2', operation, input)));
      const known = history.get(`${operation} ${JSON.stringify(input)}`) ?? [];
      const wasTrue = known.some((answer) => answer.text === text && answer.untilMs >= it.clock.nowMs() - MAX_MS);
      const isNew = [...madeAtMs].some(
        ([id, atMs]) => JSON.stringify(input).includes(id) && atMs >= it.clock.nowMs() - MAX_MS,
      );
      expect(
        wasTrue || (isNew && text === '"InvalidVpcID.NotFound"'),
        `${operation} ${JSON.stringify(input)}: ${text}`,
      ).toBe(true);
      await it.clock.runFor(chance.between(0, 2_000));
    }
    expect(it.storm.times('stale')).toBeGreaterThan(0);
    expect(it.storm.times('not there yet')).toBeGreaterThan(0);
  },
);
