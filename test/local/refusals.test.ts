import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { read, write } from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { agentPackage } from '../../local/agent-package.ts';
import { linesOf } from '../../local/inventory.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { rootOf } from '../../simulator/principal.ts';
import { ACCOUNT, EXAMPLE_FILE, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const JOINING = 'ap-southeast-2';

/** Everything that a refusal must leave alone: all resources, and every row about fleets and members. */
async function worldAndFleets(bed: TestBed) {
  const { Items = [] } = (await bed.clock.runUntil(
    bed.landbridge.operator.call({
      access: 'read',
      service: 'dynamodb',
      region: HOME,
      method: 'scan',
      input: { TableName: 'landbridge-state' },
    }),
  )) as { Items?: { pk: { S: string } }[] };
  // The journal alone grows: of a fleet that there is, it says who was refused, and why.
  const rows = Items.filter(({ pk }) => pk.S !== 'journal#payments').map((item) => JSON.stringify(item));
  return { resources: linesOf(await bed.inventory()), rows: rows.toSorted() };
}

const withNetwork =
  (network: Partial<Fleet['network']>) =>
  (fleet: Fleet): Fleet => ({ ...fleet, network: { ...fleet.network, ...network } });

function* addSecondaryBlock() {
  const { Vpcs = [] } = yield* read(HOME, 'ec2', 'describeVpcs', {});
  yield* write(HOME, 'ec2', 'associateVpcCidrBlock', { VpcId: Vpcs[0]?.VpcId, CidrBlock: '10.79.0.0/16' });
}

function* deleteCertificate() {
  const { CertificateSummaryList = [] } = yield* read(JOINING, 'acm', 'listCertificates', {});
  for (const { CertificateArn } of CertificateSummaryList)
    yield* write(JOINING, 'acm', 'deleteCertificate', { CertificateArn });
}

interface Refusal {
  readonly what: string;
  readonly input: object;
  readonly workflow?: string;
  readonly declare?: (fleet: Fleet) => Fleet;
  readonly before?: (bed: TestBed) => Promise<unknown>;
  /** The field, what is wrong with it, and what to do. */
  readonly says: readonly string[];
}

const vpc = (vpcId: string) => ({
  vpcId,
  routeTableIds: ['rtb-0a1b2c3d4e5f60718'],
  subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1b2c3d4e5f6071829'],
});

const refusals: readonly Refusal[] = [
  {
    what: 'an unknown Region',
    input: { fleet: 'payments', region: 'eu-wset-1' },
    says: ['region: ', '"eu-wset-1" is not an AWS Region', 'correct its spelling'],
  },
  { what: 'no Region', input: { fleet: 'payments' }, says: ['region: ', 'name the Region that is to join'] },
  {
    what: 'an unknown fleet',
    input: { fleet: 'paymnets', region: JOINING, role: 'serving' },
    says: ['fleet: ', 'no fleet called "paymnets"', 'put its file first (landbridge put FILE)'],
  },
  {
    what: 'a role that is none',
    input: { fleet: 'payments', region: JOINING, role: 'standby' },
    says: ['role: ', '"standby" is not a role', 'say serving, or client'],
  },
  {
    what: 'a block that overlaps the block of a member',
    input: { fleet: 'payments', region: JOINING, role: 'serving', cidr: '10.64.0.0/16' },
    says: ['cidr: ', '10.64.0.0/16 overlaps 10.64.0.0/16 of us-east-1', 'ask for another block'],
  },
  {
    what: 'a block that overlaps what somebody added to the VPC of a member',
    input: { fleet: 'payments', region: JOINING, role: 'serving', cidr: '10.79.128.0/20' },
    before: (bed) => bed.asStranger(addSecondaryBlock()),
    says: ['cidr: ', '10.79.128.0/20 overlaps 10.79.0.0/16 of us-east-1, where it was added', 'ask for another block'],
  },
  {
    what: 'a supernet without a free block',
    input: { fleet: 'payments', region: JOINING, role: 'serving' },
    declare: withNetwork({ supernet: '10.64.0.0/16' }),
    says: ['network.supernet: ', '10.64.0.0/16 is full: no /16 is left', 'widen the supernet'],
  },
  {
    what: 'a VPC to borrow that does not exist',
    input: { fleet: 'payments', region: JOINING, role: 'serving', vpc: vpc('vpc-0a1b2c3d4e5f60718') },
    says: ['vpc.vpcId: ', 'vpc-0a1b2c3d4e5f60718 does not exist in ap-southeast-2', 'leave out vpc'],
  },
  {
    what: 'a VPC to borrow with one subnet',
    input: {
      fleet: 'payments',
      region: JOINING,
      role: 'serving',
      vpc: { ...vpc('vpc-0a1b2c3d4e5f60718'), subnetIds: [] },
    },
    says: ['vpc.subnetIds: ', 'name at least two subnets, each in a zone of its own'],
  },
  {
    what: 'a field that is misspelt',
    input: { fleet: 'payments', region: JOINING, role: 'serving', certificateARN: 'arn:aws:acm:::certificate/1' },
    says: ['certificateARN: ', 'does not belong here', 'certificateArn'],
  },
  {
    what: 'a Region without a certificate for the domain',
    input: { fleet: 'payments', region: JOINING, role: 'serving' },
    before: (bed) => bed.asStranger(deleteCertificate()),
    says: ['certificateArn: ', 'has no issued certificate for api.payments.example.com', 'request one from ACM'],
  },
  {
    what: 'another role for a Region that is a member',
    input: { fleet: 'payments', region: HOME, role: 'client' },
    says: ['role: ', 'us-east-1 is a member already, as serving', 'offboard it first'],
  },
  {
    what: 'an offboarding of a Region that is no member',
    workflow: 'offboard-region',
    input: { fleet: 'payments', region: JOINING },
    says: ['region: ', 'ap-southeast-2 is not a member of payments', 'members are us-east-1'],
  },
  {
    what: 'a reconcile of a Region that is no member',
    workflow: 'reconcile',
    input: { fleet: 'payments', scope: { regions: [JOINING] } },
    says: ['scope.regions: ', 'ap-southeast-2 is not a member', 'join it first'],
  },
];

describe('refused, with the field and the remedy, and nothing left behind', () => {
  test.for(refusals)('$what', async ({ workflow = 'onboard-region', input, declare, before, says }) => {
    const bed = await testBed({ timings: QUICK, ...(declare !== undefined && { declare }) });
    await bed.join(HOME);
    await before?.(bed);
    await bed.clock.runFor(5 * 60_000);
    const was = await worldAndFleets(bed);

    const { status, error, cause } = await bed.run(workflow, input);

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Fault.Rejected' });
    for (const part of says) expect(cause).toContain(part);
    expect(await worldAndFleets(bed)).toEqual(was);
  });

  test('a VPC to borrow that lies in another Region', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME);
    const vpcId = (await bed.state()).ids.get('vpc/us-east-1') ?? '';
    const was = await worldAndFleets(bed);
    const input = { fleet: 'payments', region: JOINING, role: 'serving', vpc: vpc(vpcId) };
    const { error, cause } = await bed.run('onboard-region', input);
    expect(error).toBe('Fault.Rejected');
    expect(cause).toBe(
      `vpc.vpcId: ${vpcId} lies in us-east-1, not in ap-southeast-2; name a VPC of ap-southeast-2, or join us-east-1`,
    );
    expect(await worldAndFleets(bed)).toEqual(was);
  });

  test('a VPC to borrow in which no private zone answers', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME);
    const { Vpc } = await bed.asStranger(write(JOINING, 'ec2', 'createVpc', { CidrBlock: '10.90.0.0/16' }));
    const was = await worldAndFleets(bed);
    const input = { fleet: 'payments', region: JOINING, role: 'serving', vpc: vpc(Vpc?.VpcId ?? '') };
    const { error, cause } = await bed.run('onboard-region', input);
    expect(error).toBe('Fault.Rejected');
    expect(cause).toContain(`vpc.vpcId: ${Vpc?.VpcId} has enableDnsHostnames off`);
    expect(await worldAndFleets(bed)).toEqual(was);
  });

  test('a Region that is leaving', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME, JOINING);
    const leaving = await bed.clock.runUntil(
      bed.landbridge.start('offboard-region', { fleet: 'payments', region: JOINING }),
    );
    await bed.clock.runFor(30_000);
    const { members } = await bed.state();
    const { error, cause } = await bed.run('onboard-region', { fleet: 'payments', region: JOINING, role: 'serving' });
    expect(error).toBe('Fault.Rejected');
    expect(cause).toBe(`region: ap-southeast-2 is draining already, by ${leaving}; wait for it, or stop it`);
    expect((await bed.state()).members).toEqual(members);
    const { status } = await bed.clock.runUntil(bed.landbridge.ended(leaving));
    expect(status, 'it leaves undisturbed').toBe('SUCCEEDED');
  });

  test('a second join of one Region at the same time: one wins, the other names it', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME);
    const input = { fleet: 'payments', region: JOINING, role: 'serving' };
    const ended = await bed.clock.runUntil(
      Promise.all(
        ['one', 'other'].map(async (name) =>
          bed.landbridge.ended(await bed.landbridge.start('onboard-region', input, name)),
        ),
      ),
    );
    const winner = ended.find(({ status }) => status === 'SUCCEEDED');
    const loser = ended.find(({ status }) => status === 'FAILED');
    expect(loser?.error).toBe('Fault.Rejected');
    expect(loser?.cause).toBe(`region: ap-southeast-2 is joining already, by ${winner?.arn}; wait for it, or stop it`);

    const alone = await testBed({ timings: QUICK });
    await alone.join(HOME);
    await alone.join(JOINING);
    const kinds = (bedOf: TestBed) =>
      bedOf.inventory().then((all) => all.map(({ region, kind }) => `${region} ${kind}`));
    expect(await kinds(bed), 'as if it had been asked for once').toEqual(await kinds(alone));
  });

  test('JSON that does not parse never becomes an execution', async () => {
    const bed = await testBed();
    const was = await worldAndFleets(bed);
    const stateMachineArn = `arn:aws:states:${HOME}:${ACCOUNT}:stateMachine:landbridge-onboard-region`;
    const ask = (operation: string, input: object) =>
      bed.clock.runUntil(
        bed.world.invoke({
          service: 'sfn',
          operation,
          input,
          place: { account: ACCOUNT, region: HOME },
          principal: rootOf(ACCOUNT),
        }),
      );
    await expect(ask('StartExecution', { stateMachineArn, input: '{"fleet":"payments",' })).rejects.toMatchObject({
      code: 'InvalidExecutionInput',
    });
    expect(await ask('ListExecutions', { stateMachineArn })).toMatchObject({ executions: [] });
    expect(await worldAndFleets(bed)).toEqual(was);
  });
});

/** The example's files in a folder of their own, with one of them changed. */
function exampleWith(file: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-'));
  const example = join(EXAMPLE_FILE, '..');
  mkdirSync(join(folder, 'functions/payments'), { recursive: true });
  for (const each of ['payments.fleet.yaml', 'payments.openapi.yaml', 'functions/payments/index.mjs'])
    copyFileSync(join(example, each), join(folder, each));
  writeFileSync(join(folder, file), text);
  return join(folder, 'payments.fleet.yaml');
}

describe('a fleet file that cannot be put in force says where', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { file: 'payments.fleet.yaml', text: '{"version": 1, "fleet": ', path: '(the file)', remedy: 'correct its YAML or JSON', why: 'the fleet file breaks off' },
    { file: 'payments.openapi.yaml', text: 'openapi: 3.0.3\npaths: [', path: 'api.openapi', remedy: 'correct its YAML or JSON', why: 'the OpenAPI document breaks off' },
    { file: 'payments.openapi.yaml', text: '{"openapi": "3.0.3", "info": {}, }}', path: 'api.openapi', remedy: 'correct its YAML or JSON', why: 'it is no JSON either' },
    { file: 'payments.openapi.yaml', text: 'openapi: 3.0.3\ninfo: { title: Payments, version: "1" }\npaths: {}', path: 'api.openapi', remedy: '', why: 'an API that answers nothing' },
  ])('$why: at $path', ({ file, text, path, remedy }) => {
    const found = readFleetFile(exampleWith(file, text), ACCOUNT, agentPackage);
    if (!('problems' in found)) throw new Error('it was taken');
    expect(found.problems[0]?.path).toContain(path);
    expect(found.problems[0]?.remedy).toContain(remedy);
  });
});
