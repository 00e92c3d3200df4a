import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { type AutomationExecution, SSM } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runbooks } from '../../runbooks/index.ts';
import { folderWith, landbridge, type Running, startLandbridge } from '../cli/landbridge.ts';
import { type AwsCli, awsCli, type Keys, operator } from '../support/aws-cli.ts';
import { EXAMPLE_FILE } from '../support/landbridge.ts';
import { describeWith } from '../support/referee.ts';

/** Four simulated minutes in two seconds. */
const SCALE = 120;
const HOME = 'us-east-1';
const EU = 'eu-west-1';
const ACCOUNT = '111122223333';
const APPROVER = `arn:aws:iam::${ACCOUNT}:role/landbridge-approver`;
const DRAINED = { ':pk': { S: 'health#payments' }, ':sk': { S: 'drain#' } };

describeWith(['aws'], 'runbooks, with the stock AWS CLI', () => {
  let running: Running;
  let approver: Keys;
  beforeAll(async () => {
    running = await startLandbridge('join', SCALE);
    const { Credentials } = (await aws('sts assume-role --role-session-name ann', '--role-arn', APPROVER)) as {
      Credentials: Keys;
    };
    approver = Credentials;
  });
  afterAll(() => running.stop());

  const as = (keys: Keys, ...words: Parameters<AwsCli>) => awsCli(running.url, HOME, keys)(...words);
  const aws = (...words: Parameters<AwsCli>) => as(operator, ...words);

  const start = async (runbook: string, ...parameters: readonly string[]): Promise<string> => {
    const { AutomationExecutionId } = (await aws(
      'ssm start-automation-execution',
      '--document-name',
      `Landbridge-${runbook}`,
      '--parameters',
      ['Fleet=payments', ...parameters].join(','),
    )) as { AutomationExecutionId: string };
    return AutomationExecutionId;
  };
  // The AWS CLI takes a second to begin: what is asked again and again is asked through the SDK.
  const sdk = () => ({
    endpoint: running.url,
    region: HOME,
    credentials: { accessKeyId: operator.AccessKeyId, secretAccessKey: operator.SecretAccessKey },
  });
  const told = async (AutomationExecutionId: string): Promise<AutomationExecution> => {
    const { AutomationExecution } = await new SSM(sdk()).getAutomationExecution({ AutomationExecutionId });
    return AutomationExecution ?? {};
  };
  const becomes = async (id: string, status: string): Promise<AutomationExecution> => {
    await expect
      .poll(async () => (await told(id)).AutomationExecutionStatus, { timeout: 300_000, interval: 300 })
      .toBe(status);
    return told(id);
  };
  const answer = (keys: Keys, id: string, type: 'Approve' | 'Reject') =>
    as(keys, `ssm send-automation-signal --signal-type ${type} --payload Comment=seen --automation-execution-id`, id);
  const drained = async (): Promise<readonly (string | undefined)[]> => {
    const { Items = [] } = await new DynamoDB(sdk()).query({
      TableName: 'landbridge-state',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: DRAINED,
    });
    return Items.map(({ sk }) => sk?.S);
  };
  const outputOf = ({ Outputs = {} }: AutomationExecution, name: string): string => Outputs[name]?.[0] ?? '';

  test('are found where operators look for them', async () => {
    const { DocumentIdentifiers } = (await aws('ssm list-documents --filters Key=Owner,Values=Self')) as {
      DocumentIdentifiers: { Name: string }[];
    };
    expect(DocumentIdentifiers.map(({ Name }) => Name)).toEqual(
      runbooks({ account: ACCOUNT, home: HOME })
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  test('one evacuates', async () => {
    const id = await start('EvacuateRegion', `Region=${EU}`, 'Because=maintenance');
    await becomes(id, 'Success');
    const { AutomationExecution: done } = (await aws('ssm get-automation-execution --automation-execution-id', id)) as {
      AutomationExecution: AutomationExecution;
    };
    const executionArn = outputOf(done, 'start.ExecutionArn');
    const execution = (await aws('stepfunctions describe-execution --execution-arn', executionArn)) as {
      status: string;
      output: string;
    };
    expect([execution.status, JSON.parse(execution.output)]).toMatchObject(['SUCCEEDED', { outcome: 'evacuated' }]);
    expect(JSON.parse(outputOf(done, 'outcome.Output'))).toEqual(JSON.parse(execution.output));
    expect(done.Variables?.['Console']?.[0]).toMatch(
      /^https:\/\/us-east-1\.console\.aws\.amazon\.com\/states\/.*runbook-/,
    );
    expect(await drained()).toEqual([`drain#${EU}`]);
  });

  test('one that needs an approval waits, does not take the word of whoever started it, and goes on when approved', async () => {
    const id = await start('RestoreRegion', `Region=${EU}`, 'RequireApproval=always');
    expect((await becomes(id, 'Waiting')).CurrentStepName).toBe('askApproval');
    await expect(answer(operator, id, 'Approve')).rejects.toThrow(/InvalidAutomationSignalException/);
    expect(await drained()).toEqual([`drain#${EU}`]);
    await answer(approver, id, 'Approve');
    const done = await becomes(id, 'Success');
    expect(outputOf(done, 'askApproval.ApprovalStatus')).toBe('Approved');
    const asked = done.StepExecutions?.find(({ StepName }) => StepName === 'askApproval');
    expect(asked?.Outputs?.['ApproverDecisions']?.[0]).toMatch(/landbridge-approver\/ann.*Approve.*seen/);
    expect(await drained()).toEqual([]);
  });

  test('nobody is moved where it is rejected', async () => {
    const id = await start('EvacuateRegion', `Region=${EU}`, 'RequireApproval=always');
    await becomes(id, 'Waiting');
    await answer(approver, id, 'Reject');
    const done = await becomes(id, 'Rejected');
    expect(outputOf(done, 'startApproved.ExecutionArn')).toMatch(/^No output available yet/);
    expect(await drained()).toEqual([]);
  });

  test('where the fleet file asks for an approval, so does the runbook', async () => {
    const example = readFileSync(EXAMPLE_FILE, 'utf8').replaceAll(' ./', ` ${dirname(EXAMPLE_FILE)}/`);
    const folder = folderWith({ 'fleet.yaml': `${example}\npolicies:\n  approvals: [evacuate]\n` });
    const { code, stderr } = await landbridge(['put', join(folder, 'fleet.yaml')], running.url);
    expect([code, stderr]).toEqual([0, '']);
    const id = await start('EvacuateRegion', `Region=${EU}`);
    await becomes(id, 'Waiting');
    expect(await drained()).toEqual([]);
    await answer(approver, id, 'Approve');
    await becomes(id, 'Success');
    expect(await drained()).toEqual([`drain#${EU}`]);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[string, readonly string[], RegExp]>([
    ['EvacuateRegion', ['Region=Ireland'],                    /\(InvalidAutomationExecutionParametersException\).*"Ireland" not matching/],
    ['Dance',          [],                                    /\(AutomationDefinitionNotFoundException\)/],
  ])('%s with %j is refused', async ([runbook, parameters, says]) => {
    await expect(start(runbook, ...parameters)).rejects.toThrow(says);
  });
});

describeWith(['botocore'], 'runbooks, by botocore', () => {
  const settings = { account: ACCOUNT, home: HOME };
  /** What stands for references: of the length of what will stand there. */
  const filled = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(/\{\{ \w+\.ExecutionArn \}\}/g, `arn:aws:states:${HOME}:${ACCOUNT}:execution:m:n`)
        .replaceAll(/\{\{ automation:EXECUTION_ID \}\}/g, '4105a4fc-f944-4e11-8d32-0a1b2c3d495e')
        .replaceAll(/\{\{ [\w:.]+ \}\}/g, 'evacuate'),
    );

  test('every call of every runbook is one that AWS takes', () => {
    const calls = runbooks(settings).flatMap(({ name, document }) =>
      document.mainSteps.flatMap(({ name: step, inputs }) => {
        if (inputs['Service'] === undefined) return [];
        const { Service: service, Api: api, PropertySelector: _, DesiredValues: __, ...input } = inputs;
        return [{ of: `${name} ${step}`, service, api, input: filled(input) }];
      }),
    );
    expect(calls.length).toBeGreaterThan(40);
    const script = fileURLToPath(new URL('./runbooks_params.py', import.meta.url));
    const { stdout, stderr } = spawnSync('python3', ['-B', script], { input: JSON.stringify(calls), encoding: 'utf8' });
    const problems = JSON.parse(stdout || JSON.stringify(stderr)) as string[][];
    expect(
      problems.map((problem, at) => [calls[at]?.of, ...problem]).filter(([, ...problem]) => problem.length > 0),
    ).toEqual([]);
    expect(problems).toHaveLength(calls.length);
  });

  test('what creates each document is, too', () => {
    const calls = runbooks(settings).map(({ name, document }) => ({
      service: 'ssm',
      api: 'CreateDocument',
      input: { Name: name, DocumentType: 'Automation', DocumentFormat: 'JSON', Content: JSON.stringify(document) },
    }));
    const script = fileURLToPath(new URL('./runbooks_params.py', import.meta.url));
    const { stdout } = spawnSync('python3', ['-B', script], { input: JSON.stringify(calls), encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(calls.map(() => []));
  });
});
