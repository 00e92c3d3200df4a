import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startLandbridge } from '../cli/landbridge.ts';
import { type AwsCli, awsCli } from '../support/aws-cli.ts';
import { describeWith } from '../support/referee.ts';

const run = promisify(execFile);
/** A join of 33 simulated minutes takes some seconds: long enough that the AWS CLI, run three times, finds it running. */
const SCALE = 300;
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:landbridge-onboard-region';
const REGION = 'eu-central-1';
const INPUT = JSON.stringify({ fleet: 'payments', region: REGION, role: 'serving' });

interface Ended {
  readonly status: string;
  readonly cause?: string;
  readonly output?: string;
}

describe('three Regions are joined, and an operator has nothing of ours', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startLandbridge('join', SCALE);
  });
  afterAll(() => running.stop());

  describeWith(['aws'], 'but the stock AWS CLI', () => {
    const aws = (region: string, ...words: Parameters<AwsCli>) => awsCli(running.url, region)(...words);
    const startJoin = (input: string) =>
      aws(
        'us-east-1',
        'stepfunctions start-execution',
        '--state-machine-arn',
        MACHINE,
        '--name',
        'fourth',
        '--input',
        input,
      );

    let executionArn = '';
    let ids: Record<string, string> = {};
    const idOf = (key: string): string => ids[key] ?? `no id of ${key}`;

    test('starts the join; the same name and input again is the same execution, and another input is refused', async () => {
      const first = (await startJoin(INPUT)) as { executionArn: string };
      expect(await startJoin(INPUT)).toEqual(first);
      await expect(startJoin(INPUT.replace('serving', 'client'))).rejects.toThrow(/ExecutionAlreadyExists/);
      ({ executionArn } = first);
    });

    test('sees it succeed, with the ids of what was made', async () => {
      const describeExecution = () =>
        aws('us-east-1', 'stepfunctions describe-execution', '--execution-arn', executionArn) as Promise<Ended>;
      await expect
        .poll(async () => (await describeExecution()).status, { timeout: 300_000, interval: 500 })
        .not.toBe('RUNNING');
      const { status, cause, output = '{}' } = await describeExecution();
      expect(status, cause).toBe('SUCCEEDED');
      ({ ids } = JSON.parse(output) as { ids: Record<string, string> });
      expect(Object.keys(ids)).toEqual(
        expect.arrayContaining([
          `vpc/${REGION}`,
          `endpoint/${REGION}`,
          `rest-api/${REGION}`,
          `view/${REGION}`,
          `peering/${REGION}~us-east-1`,
          `peering/${REGION}~eu-west-1`,
          `peering/ap-southeast-2~${REGION}`,
        ]),
      );
    });

    test('reads its history as the workflow tells it', async () => {
      const { events } = (await aws(
        'us-east-1',
        'stepfunctions get-execution-history',
        '--execution-arn',
        executionArn,
      )) as { events: { type: string; stateEnteredEventDetails?: { name: string } }[] };
      const tasks = events.flatMap(({ type, stateEnteredEventDetails }) =>
        type === 'TaskStateEntered' ? [stateEnteredEventDetails?.name] : [],
      );
      expect(tasks.slice(0, 3)).toEqual(['Admit', 'Look', 'Apply']);
      expect(tasks).toContain('Prove');
      expect(tasks.at(-1)).toBe('Record');
      expect([events[0]?.type, events.at(-1)?.type]).toEqual(['ExecutionStarted', 'ExecutionSucceeded']);
    });

    test('sees the network: a VPC, three active peerings, and a route through each', async () => {
      expect(await aws(REGION, 'ec2 describe-vpcs', '--vpc-ids', idOf(`vpc/${REGION}`))).toMatchObject({
        Vpcs: [
          {
            State: 'available',
            Tags: expect.arrayContaining([{ Key: 'landbridge:fleet', Value: 'payments' }]) as object,
          },
        ],
      });
      const { VpcPeeringConnections } = (await aws(
        REGION,
        'ec2 describe-vpc-peering-connections --filters Name=status-code,Values=active',
      )) as { VpcPeeringConnections: { VpcPeeringConnectionId: string }[] };
      const peerings = new Set(VpcPeeringConnections.map((peering) => peering.VpcPeeringConnectionId));
      const links = [`${REGION}~us-east-1`, `${REGION}~eu-west-1`, `ap-southeast-2~${REGION}`];
      expect(peerings).toEqual(new Set(links.map((link) => idOf(`peering/${link}`))));
      const { RouteTables } = (await aws(
        REGION,
        'ec2 describe-route-tables',
        '--route-table-ids',
        idOf(`route-table/${REGION}/main`),
      )) as { RouteTables: { Routes: { State: string; VpcPeeringConnectionId?: string }[] }[] };
      const routes = RouteTables[0]?.Routes.filter((route) => route.VpcPeeringConnectionId !== undefined) ?? [];
      expect(new Set(routes.map((route) => route.VpcPeeringConnectionId))).toEqual(peerings);
      expect(routes.map(({ State }) => State)).toEqual(['active', 'active', 'active']);
    });

    test('sees the names: its own view and everyone else has a record of each of the four', async () => {
      for (const region of [REGION, 'us-east-1']) {
        const view = region === REGION ? idOf(`view/${region}`) : await viewOf(region);
        const { ResourceRecordSets } = (await aws(
          'us-east-1',
          'route53 list-resource-record-sets',
          '--hosted-zone-id',
          view,
        )) as { ResourceRecordSets: { Type: string; SetIdentifier?: string }[] };
        const answers = ResourceRecordSets.filter(({ Type }) => Type === 'A').map(({ SetIdentifier }) => SetIdentifier);
        expect(new Set(answers)).toEqual(new Set(['ap-southeast-2', REGION, 'eu-west-1', 'us-east-1']));
        expect(answers).toHaveLength(4);
      }
    });
    const viewOf = async (region: string): Promise<string> => {
      const { Vpcs } = (await aws(region, 'ec2 describe-vpcs --filters Name=tag:landbridge:fleet,Values=payments')) as {
        Vpcs: { VpcId: string }[];
      };
      const { HostedZoneSummaries } = (await aws(
        'us-east-1',
        `route53 list-hosted-zones-by-vpc --vpc-region ${region}`,
        '--vpc-id',
        Vpcs[0]?.VpcId ?? '',
      )) as { HostedZoneSummaries: { HostedZoneId: string; Name: string }[] };
      return HostedZoneSummaries.find(({ Name }) => Name === 'api.payments.example.com.')?.HostedZoneId ?? '';
    };

    test('sees the API: private, deployed, behind its domain', async () => {
      const api = idOf(`rest-api/${REGION}`);
      expect(await aws(REGION, 'apigateway get-rest-api', '--rest-api-id', api)).toMatchObject({
        endpointConfiguration: { types: ['PRIVATE'] },
      });
      expect(await aws(REGION, 'apigateway get-stages', '--rest-api-id', api)).toMatchObject({
        item: [{ stageName: 'live' }],
      });
      expect(await aws(REGION, 'apigateway get-domain-names --resource-owner SELF')).toMatchObject({
        items: [{ domainName: 'api.payments.example.com', domainNameStatus: 'AVAILABLE' }],
      });
    });
  });

  describeWith(['boto3'], 'but boto3', () => {
    test('joins a Region of callers, and sees what came of it', async () => {
      const script = fileURLToPath(new URL('./boto3_join.py', import.meta.url));
      const { stdout } = await run('python3', ['-B', script, running.url, 'payments', 'sa-east-1', 'client']);
      const told = JSON.parse(stdout) as { output: { ids: Record<string, string> }; peerings: string[] };
      const { ids } = told.output;
      expect(told).toMatchObject({
        isSame: true,
        status: 'SUCCEEDED',
        cause: null,
        lastEvent: 'ExecutionSucceeded',
        vpc: expect.stringMatching(/^10\.\d+\.0\.0\/16$/) as string,
        zone: 'api.payments.example.com.',
        zoneVpcs: [ids['vpc/sa-east-1']],
      });
      const links = Object.keys(ids).filter((key) => key.startsWith('peering/'));
      expect(new Set(told.peerings)).toEqual(new Set(links.map((key) => ids[key])));
    });
  });
});
