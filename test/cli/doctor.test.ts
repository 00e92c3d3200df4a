import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import type { ServiceName } from '../../simulator/service.ts';
import { ec2Home } from '../../simulator/services/ec2/state.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';
import type { World } from '../../simulator/world.ts';
import { Report } from './doctor-report.ts';
import { landbridge } from './landbridge.ts';

const ACCOUNT = '111122223333';
const EXAMPLE = new URL('../../examples/payments.fleet.yaml', import.meta.url).pathname;
const DOMAIN = 'api.payments.example.com';

/** Actions of the policy that docs/deploy.md gives whoever deploys. */
const [, policy = ''] =
  /```json\n([\s\S]*?)```/.exec(readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')) ?? [];
const asked = z
  .object({ Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]) })) })
  .parse(JSON.parse(policy))
  .Statement.flatMap(({ Action }) => Action);

/** Where IAM's name for an action is not made of the service's and the operation's. */
const PREFIX: Readonly<Record<string, string>> = {
  'service-quotas': 'servicequotas',
  'route-53': 'route53',
  eventbridge: 'events',
};
const actionOf = (service: string, operation: string): string =>
  service === 'api-gateway' ? 'apigateway:GET' : `${PREFIX[service] ?? service}:${operation}`;

/** An account with nothing in it but what a test puts there. */
let world: World;
let server: SimulatorServer;
beforeAll(async () => {
  const clock = new VirtualClock();
  world = createSimulator({ clock, seed: 'doctor', account: ACCOUNT, timings: { certificateIssuedMs: 0 } });
  server = await listen(world, { port: 0 });
});
afterAll(() => server.close());

const call = (service: ServiceName, region: string, operation: string, input: object) =>
  world.invoke({ service, operation, input, place: { account: ACCOUNT, region }, principal: rootOf(ACCOUNT) });

async function examined(...words: readonly string[]) {
  const { code, stdout, stderr } = await landbridge(['doctor', '--json', ...words], server.url);
  expect(stderr).toBe('');
  const { findings, problems } = Report.parse(JSON.parse(stdout));
  return { code, problems, of: (check: string) => findings.filter((finding) => finding.check === check), findings };
}

describe('an account before a deployment', () => {
  test('lacks certificates: a problem for each serving Region, each with the command that asks for one', async () => {
    const { code, problems, of } = await examined('--fleet-file', EXAMPLE);
    expect({ code, problems }).toEqual({ code: 1, problems: 3 });
    for (const { level, where, remedy } of of('certificates')) {
      expect(level).toBe('problem');
      expect(remedy).toContain(
        `aws acm request-certificate --domain-name ${DOMAIN} --validation-method DNS --region ${where}`,
      );
    }
    expect(of('quotas').map(({ level }) => level)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    // Neither was looked at, and neither is called well: the clock is not AWS's, and CDK deploys to no simulator.
    expect(of('clock')).toMatchObject([{ level: 'not-checked' }]);
    expect(of('bootstrap')).toMatchObject([{ level: 'not-checked' }, { level: 'not-checked' }]);
  });

  test('with certificates is well, and the table says what was seen', async () => {
    for (const region of ['us-east-1', 'eu-west-1', 'ap-southeast-2'])
      await call('acm', region, 'RequestCertificate', { DomainName: DOMAIN });
    const { code, stdout } = await landbridge(['doctor', '--fleet-file', EXAMPLE], server.url);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}check +where +seen$/m);
    expect(stdout).toMatch(/^ {2}quotas +3 Regions +ok +active peerings per VPC: 2 of 50 at most, in us-east-1$/m);
    expect(stdout).toMatch(/^no problem; 0 to be warned of, 3 not checked, \d+ well$/m);
  });

  test('in which nobody logs what is called is warned of, with the command that ends it', async () => {
    const trail = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/management-events`;
    const before = await examined('--fleet-file', EXAMPLE);
    expect(before.of('trails')).toMatchObject([{ level: 'ok', says: `told by ${trail}` }]);
    await call('cloudtrail', 'us-east-1', 'StopLogging', { Name: trail });
    const { of } = await examined('--fleet-file', EXAMPLE);
    expect(of('trails')).toMatchObject([
      { level: 'warning', remedy: `aws cloudtrail start-logging --name ${trail} --region us-east-1` },
    ]);
    await call('cloudtrail', 'us-east-1', 'StartLogging', { Name: trail });
  });

  test('is asked for what the fleet needs: quotas that are too small are problems, where they are', async () => {
    const { quotas } = world.state(ec2Home, { account: ACCOUNT, region: 'eu-west-1' });
    Object.assign(quotas, { vpcs: 1, activePeeringsPerVpc: 2, routesPerTable: 3 });
    await call('ec2', 'eu-west-1', 'CreateVpc', { CidrBlock: '10.1.0.0/16' });
    const { code, of } = await examined('--fleet-file', EXAMPLE, '--joining', 'us-west-2');
    expect(code).toBe(1);
    const ofIreland = of('quotas').filter(({ where }) => where === 'eu-west-1');
    expect(ofIreland.map(({ level, says }) => `${level} ${says}`)).toEqual([
      'problem VPCs per Region: the fleet needs 1, others have 1, and AWS allows 1',
      'problem active peerings per VPC: the fleet needs 3, and AWS allows 2',
      'problem routes per route table: the fleet needs 4, and AWS allows 3',
    ]);
    expect(ofIreland[0]?.remedy).toContain('--quota-code L-F678F1CE --desired-value 2 --region eu-west-1');
  });

  test('that CDK was in says at which version', async () => {
    const Name = '/cdk-bootstrap/hnb659fds/version';
    await call('ssm', 'us-east-1', 'PutParameter', { Name, Type: 'String', Value: '33' });
    await call('ssm', 'eu-west-1', 'PutParameter', { Name, Type: 'String', Value: '3' });
    const { of } = await examined('--fleet-file', EXAMPLE);
    expect(of('bootstrap')).toMatchObject([
      { where: 'us-east-1', level: 'ok', says: 'version 33' },
      { where: 'eu-west-1', level: 'problem', remedy: `npx cdk bootstrap aws://${ACCOUNT}/eu-west-1` },
    ]);
  });

  test('changes nothing, and calls what docs/deploy.md asks leave for', async () => {
    const written: string[] = [];
    const called = new Set<string>();
    const { invoke } = world;
    world.invoke = (request) => {
      called.add(actionOf(request.service, request.operation));
      if (!/^(Get|List|Describe|Query)/.test(request.operation)) written.push(request.operation);
      return invoke.call(world, request);
    };
    await examined('--fleet-file', EXAMPLE);
    world.invoke = invoke;
    expect(written).toEqual([]);
    // What it called is what docs/deploy.md asks leave for: no more, and of what a fleet of its own VPCs needs, no less.
    expect([...called].filter((action) => !asked.includes(action))).toEqual(['sts:GetCallerIdentity']);
    const ofBorrowedVpcs = ['ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints', 'ec2:DescribeVpcPeeringConnections'];
    const ofMembersAccounts = [
      'sts:AssumeRole',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:ListAttachedRolePolicies',
    ];
    const ofDeploying = ['sts:AssumeRole', 'cloudformation:DescribeStackResources', 'dynamodb:DescribeTable'];
    expect(asked.filter((action) => !called.has(action)).toSorted()).toEqual(
      [...ofBorrowedVpcs, ...ofMembersAccounts, ...ofDeploying].toSorted(),
    );
  });
});

describe('what cannot be asked', () => {
  test('no fleet: the account is looked at, and what depends on a fleet is not called well', async () => {
    const { code, of } = await examined();
    expect(code).toBe(0);
    expect(of('credentials')).toMatchObject([{ level: 'ok' }]);
    expect(of('quotas')).toMatchObject([
      { level: 'not-checked', says: expect.stringContaining('--fleet-file FILE') as string },
    ]);
    expect(of('certificates')).toEqual([]);
  });

  test('an AWS that knows neither Service Quotas nor parameters, and lives in another year: each such check says so', async () => {
    // Hands on what the simulator answers, but for two services, and for what is the simulator's own.
    const lacking = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      outgoing.setHeader('date', 'Thu, 01 Jan 2026 01:00:00 GMT');
      incoming.on('end', () => {
        if (incoming.url?.startsWith('/_simulator/') === true) {
          outgoing.writeHead(404).end();
          return;
        }
        if (/\/(servicequotas|ssm)\/aws4_request/.test(incoming.headers.authorization ?? '')) {
          outgoing.writeHead(501, { 'content-type': 'application/json' }).end('{"__type":"NotImplemented"}');
          return;
        }
        const { host: _, connection: _1, ...headers } = incoming.headers;
        fetch(new URL(incoming.url ?? '/', server.url), {
          method: incoming.method ?? 'GET',
          headers: headers as Record<string, string>,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        }).then(
          async (answer) =>
            outgoing
              .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
              .end(await answer.text()),
          () => outgoing.destroy(),
        );
      });
    });
    await new Promise<void>((resolve) => {
      lacking.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(lacking.address() as AddressInfo).port}`;
    const { stdout } = await landbridge(['doctor', '--json', '--fleet-file', EXAMPLE], url);
    lacking.close();
    const { findings } = Report.parse(JSON.parse(stdout));
    const levels = (check: string) => new Set(findings.filter((one) => one.check === check).map(({ level }) => level));
    expect(levels('bootstrap')).toEqual(new Set(['not-checked']));
    expect(findings.filter(({ check }) => check === 'clock')).toMatchObject([
      {
        level: 'problem',
        says: expect.stringMatching(/^\d+ s ahead of AWS: signatures more than 5 minutes off/) as string,
      },
    ]);
    // Lambda tells its own limit, whoever else does not.
    const quotas = findings.filter(({ check }) => check === 'quotas');
    expect(quotas.filter(({ level }) => level === 'ok').map(({ says }) => says.split(':')[0])).toEqual([
      'concurrent executions',
    ]);
    expect(quotas.filter(({ level }) => level === 'not-checked').length).toBeGreaterThan(10);
    expect(levels('certificates')).toEqual(new Set(['ok']));
  });

  test('nobody at the endpoint: a problem with what to do, and no trace', async () => {
    const { code, stdout, stderr } = await landbridge(['doctor'], 'http://127.0.0.1:9');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/problem credentials, http:\/\/127\.0\.0\.1:9: /);
    expect(stdout).toContain('start what should answer there (npm start runs the simulator)');
    expect(stdout).toMatch(/quotas +everywhere +not checked +nobody is signed in/);
  });

  test('a fleet file that cannot be used is bad input', async () => {
    const { code, stderr } = await landbridge(['doctor', '--fleet-file', 'nowhere.yaml'], server.url);
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere.yaml cannot be read');
  });
});
