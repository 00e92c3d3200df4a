import type { AutomationExecution } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Principal, roleSession, rootOf } from '../../../simulator/principal.ts';
import { eventbridge } from '../../../simulator/services/eventbridge/index.ts';
import { iam } from '../../../simulator/services/iam/index.ts';
import { sns } from '../../../simulator/services/sns/index.ts';
import { snsHome } from '../../../simulator/services/sns/state.ts';
import { ssm } from '../../../simulator/services/ssm/index.ts';
import { sts } from '../../../simulator/services/sts/index.ts';
import { ACCOUNT, refusal, ServiceWorld, VIRGINIA } from '../service-world.ts';

const newWorld = () => new ServiceWorld(ssm, iam, sts, sns, eventbridge);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const ANN = `arn:aws:iam::${ACCOUNT}:role/ann`;
const asAnn = roleSession(ANN, 'at-work');
const asBob: Principal = { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/bob`, account: ACCOUNT };

const runbook = (mainSteps: readonly object[], more: object = {}) => ({ schemaVersion: '0.3', mainSteps, ...more });
const create = (document: object, Name = 'Test') =>
  aws.call('CreateDocument', { Name, DocumentType: 'Automation', Content: JSON.stringify(document) });
async function start(Parameters: Record<string, string[]> = {}, more: object = {}): Promise<string> {
  const { AutomationExecutionId = '' } = await aws.call('StartAutomationExecution', {
    DocumentName: 'Test',
    Parameters,
    ...more,
  });
  return AutomationExecutionId;
}
async function told(AutomationExecutionId: string): Promise<AutomationExecution> {
  const { AutomationExecution } = await aws.call('GetAutomationExecution', { AutomationExecutionId });
  return AutomationExecution ?? {};
}
/** Runs a document for as long as it needs. */
async function run(
  document: object,
  parameters?: Record<string, string[]>,
  seconds = 30,
): Promise<AutomationExecution> {
  await create(document);
  const id = await start(parameters);
  await aws.pass(seconds);
  return told(id);
}
const signal = (who: Principal, AutomationExecutionId: string, SignalType: string, comment?: string) =>
  aws.world.invoke({
    service: 'ssm',
    operation: 'SendAutomationSignal',
    input: { AutomationExecutionId, SignalType, ...(comment !== undefined && { Payload: { Comment: [comment] } }) },
    place: { account: ACCOUNT, region: VIRGINIA },
    principal: who,
  });
const stepOf = ({ StepExecutions = [] }: AutomationExecution, name: string) =>
  StepExecutions.find(({ StepName }) => StepName === name);
const taken = ({ StepExecutions = [] }: AutomationExecution): (string | undefined)[] =>
  StepExecutions.filter(({ StepStatus }) => StepStatus !== 'Pending').map(({ StepName }) => StepName);

const rest = (name: string, more: object = {}) => ({
  name,
  action: 'aws:sleep',
  inputs: { Duration: 'PT2S' },
  ...more,
});
/** Writes a parameter of the store, and hands its version on. */
const put = (name: string, value: string, more: object = {}) => ({
  name,
  action: 'aws:executeAwsApi',
  inputs: { Service: 'ssm', Api: 'put_parameter', Name: `/${name}`, Value: value, Type: 'String' },
  outputs: [{ Name: 'Version', Selector: '$.Version', Type: 'Integer' }],
  ...more,
});
const valueOf = async (Name: string) => (await aws.call('GetParameter', { Name })).Parameter?.Value;

describe('a run', () => {
  test('takes its steps one after another, in time', async () => {
    await create(runbook([rest('first'), rest('second')]));
    const id = await start();
    await aws.pass(1);
    expect(await told(id)).toMatchObject({ AutomationExecutionStatus: 'InProgress', CurrentStepName: 'first' });
    await aws.pass(2);
    expect(await told(id)).toMatchObject({ CurrentStepName: 'second', CurrentAction: 'aws:sleep' });
    await aws.pass(2);
    const done = await told(id);
    expect(done).toMatchObject({ AutomationExecutionStatus: 'Success', ExecutedBy: rootOf(ACCOUNT).arn });
    expect(done.ExecutionEndTime?.getTime()).toBe((done.ExecutionStartTime?.getTime() ?? 0) + 4_000);
  });

  test('puts in what is referred to: parameters, variables, outputs of steps, and what AWS knows', async () => {
    const done = await run(
      runbook(
        [
          put('one', '{{ Word }}/{{global:REGION}}/{{ automation:EXECUTION_ID }}'),
          { name: 'set', action: 'aws:updateVariable', inputs: { Name: 'variable:Kept', Value: '{{ Word }}!' } },
          put('two', 'version {{ one.Version }} of {{ variable:Kept }}'),
        ],
        {
          parameters: { Word: { type: 'String' } },
          variables: { Kept: { type: 'String', default: 'none' } },
          outputs: ['one.Version', 'two.Missing'],
        },
      ),
      { Word: ['hello'] },
    );
    expect(done.FailureMessage).toBeUndefined();
    expect(await valueOf('/one')).toBe(`hello/${VIRGINIA}/${done.AutomationExecutionId}`);
    expect(await valueOf('/two')).toBe('version 1 of hello!');
    expect(done).toMatchObject({
      Variables: { Kept: ['hello!'] },
      Outputs: {
        'one.Version': ['1'],
        'two.Missing': ['No output available yet because the step is not successfully executed'],
      },
    });
  });

  test('reads nothing in what it put in', async () => {
    await run(runbook([put('one', '{{ Word }}')], { parameters: { Word: { type: 'String' } } }), {
      Word: ['{{ global:REGION }}'],
    });
    expect(await valueOf('/one')).toBe('{{ global:REGION }}');
  });

  test('goes where a branch says', async () => {
    const branch = (Variable: string) => ({
      name: 'which',
      action: 'aws:branch',
      inputs: {
        Choices: [
          { NextStep: 'right', And: [{ Variable, StartsWith: 'r' }, { Not: { Variable, EndsWith: 'x' } }] },
          {
            NextStep: 'left',
            Or: [
              { Variable, StringEquals: 'l' },
              { Variable, Contains: 'eft' },
            ],
          },
        ],
        Default: 'neither',
      },
    });
    const document = runbook(
      [
        branch('{{ Word }}'),
        rest('right', { isEnd: true }),
        rest('left', { nextStep: 'neither' }),
        rest('skipped'),
        rest('neither'),
      ],
      { parameters: { Word: { type: 'String' } } },
    );
    await create(document);
    const ways = new Map<string, unknown>();
    for (const word of ['r', 'rx', 'left']) {
      const id = await start({ Word: [word] });
      await aws.pass(10);
      ways.set(word, taken(await told(id)));
    }
    expect(Object.fromEntries(ways)).toEqual({
      r: ['which', 'right'],
      rx: ['which', 'neither'],
      left: ['which', 'left', 'neither'],
    });
  });
});

describe('a step that fails', () => {
  const failing = (more: object = {}) => ({
    name: 'fails',
    action: 'aws:executeAwsApi',
    inputs: { Service: 'ssm', Api: 'GetParameter', Name: '/nothing' },
    ...more,
  });

  test('ends the automation, and both say why', async () => {
    const done = await run(runbook([failing(), rest('after')]));
    expect(done.AutomationExecutionStatus).toBe('Failed');
    expect(done.FailureMessage).toBe(
      'Step fails when it is Execute/Cancelling action. An error occurred (ParameterNotFound) when calling the GetParameter operation: Parameter not found.. Please refer to Automation Service Troubleshooting Guide for more diagnosis details.',
    );
    expect(stepOf(done, 'fails')).toMatchObject({ StepStatus: 'Failed', FailureMessage: done.FailureMessage });
    expect(taken(done)).toEqual(['fails']);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[object, string, string[]]>([
    [{ onFailure: 'Continue' },                     'Failed',  ['fails', 'after', 'last']],
    [{ onFailure: 'Continue', isCritical: false },  'Success', ['fails', 'after', 'last']],
    [{ onFailure: 'step:last', isCritical: false }, 'Success', ['fails', 'last']],
    [{ onFailure: 'Continue', isCritical: false, isEnd: true }, 'Success', ['fails']],
  ])('goes on as it says: %j', async ([more, status, steps]) => {
    const done = await run(runbook([failing(more), rest('after'), rest('last')]));
    expect([done.AutomationExecutionStatus, taken(done)]).toEqual([status, steps]);
  });

  test('is taken again as often as it may be', async () => {
    let asked = 0;
    aws.world.watchers.add(({ operation }) => (asked += operation === 'GetParameter' ? 1 : 0));
    await run(runbook([failing({ maxAttempts: 3 })]));
    expect(asked).toBe(3);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[string, object, RegExp]>([
    ['a selector that finds nothing', put('one', 'v', { outputs: [{ Name: 'X', Selector: '$.Gone' }] }), /The selector \$\.Gone finds nothing/],
    ['a service that there is not', { name: 's', action: 'aws:executeAwsApi', inputs: { Service: 'magic', Api: 'Do' } }, /Unknown service: 'magic'/],
    ['an action that is not simulated', { name: 's', action: 'aws:runCommand', inputs: {} }, /aws:runCommand is not simulated/],
    ['a text for a variable that is none', { name: 's', action: 'aws:updateVariable', inputs: { Name: 'variable:Gone', Value: 'x' } }, /variable:Gone is not a variable/],
    ['an output that is not there', rest('s', { inputs: { Duration: '{{ s.Gone }}' } }), /There is no value of \{\{ s\.Gone \}\} yet/],
  ])('%s fails', async ([, step, message]) => {
    const done = await run(runbook([step]));
    expect(done.AutomationExecutionStatus).toBe('Failed');
    expect(done.FailureMessage).toMatch(message);
  });
});

describe('what is waited for', () => {
  const wait = (more: object = {}) => ({
    name: 'wait',
    action: 'aws:waitForAwsResourceProperty',
    inputs: {
      Service: 'ssm',
      Api: 'GetParameter',
      Name: '/light',
      PropertySelector: '$.Parameter.Value',
      DesiredValues: ['green', 'blue'],
    },
    ...more,
  });
  const light = (Value: string) => aws.call('PutParameter', { Name: '/light', Type: 'String', Value, Overwrite: true });

  test('comes', async () => {
    await light('red');
    await create(runbook([wait(), rest('after')]));
    const id = await start();
    await aws.pass(600);
    expect(await told(id)).toMatchObject({ AutomationExecutionStatus: 'InProgress', CurrentStepName: 'wait' });
    await light('green');
    await aws.pass(10);
    expect((await told(id)).AutomationExecutionStatus).toBe('Success');
  });

  test('does not come in time', async () => {
    await light('red');
    const done = await run(runbook([wait({ timeoutSeconds: 60 }), rest('after')]), {}, 61);
    expect(done).toMatchObject({ AutomationExecutionStatus: 'TimedOut' });
    expect(stepOf(done, 'wait')?.FailureMessage).toMatch(
      /^Step timed out while step is Poll action status for completion\./,
    );
  });

  test('is not asserted', async () => {
    await light('red');
    const done = await run(runbook([wait({ action: 'aws:assertAwsResourceProperty' })]));
    expect(done.FailureMessage).toMatch(/\$\.Parameter\.Value is red, and should be one of \["green","blue"\]/);
  });
});

describe('an approval', () => {
  const TOPIC = `arn:aws:sns:${VIRGINIA}:${ACCOUNT}:AutomationApprovals`;
  const approve = (more: object = {}, inputs: object = {}) => ({
    name: 'ask',
    action: 'aws:approve',
    inputs: { Approvers: [ANN, 'bob'], Message: 'May it?', ...inputs },
    ...more,
  });

  test('is waited for, for as long as it takes, and goes on when it is given', async () => {
    await create(runbook([approve(), rest('after')]));
    const id = await start();
    await aws.pass(86_400);
    expect(await told(id)).toMatchObject({ AutomationExecutionStatus: 'Waiting', CurrentStepName: 'ask' });
    await signal(asAnn, id, 'Approve', 'go on');
    await aws.pass(5);
    const done = await told(id);
    expect(done.AutomationExecutionStatus).toBe('Success');
    expect(stepOf(done, 'ask')?.Outputs).toEqual({
      ApprovalStatus: ['Approved'],
      ApproverDecisions: [JSON.stringify({ approver: asAnn.arn, decision: 'Approve', comment: 'go on' })],
    });
    expect(await refusal(signal(asAnn, id, 'Approve'))).toMatch(/^InvalidAutomationSignalException: .* is Success/);
  });

  test('that is not given ends it', async () => {
    await create(runbook([approve(), rest('after')]));
    const id = await start();
    await aws.pass(10);
    await signal(asBob, id, 'Reject', 'not today');
    await aws.pass(10);
    const done = await told(id);
    expect(done).toMatchObject({ AutomationExecutionStatus: 'Rejected' });
    expect(done.FailureMessage).toMatch(/user\/bob rejected it: not today/);
    expect(taken(done)).toEqual(['ask']);
  });

  test('that nobody gives runs out', async () => {
    const done = await run(runbook([approve({ timeoutSeconds: 3_600 }), rest('after')]), {}, 3_601);
    expect([done.AutomationExecutionStatus, taken(done)]).toEqual(['TimedOut', ['ask']]);
  });

  test('is of those who are asked, each once', async () => {
    await create(runbook([approve({}, { MinRequiredApprovals: 2 }), rest('after')]));
    const id = await start();
    await aws.pass(10);
    expect(await refusal(signal(rootOf(ACCOUNT), id, 'Approve'))).toMatch(
      /^InvalidAutomationSignalException: .* is not one of the approvers/,
    );
    await signal(asAnn, id, 'Approve');
    await signal(asAnn, id, 'Approve');
    await aws.pass(10);
    expect((await told(id)).AutomationExecutionStatus).toBe('Waiting');
    await signal(asBob, id, 'Approve');
    await aws.pass(10);
    expect((await told(id)).AutomationExecutionStatus).toBe('Success');
  });

  test('is asked for through a topic, whose name says what it is for', async () => {
    for (const Name of ['AutomationApprovals', 'elsewhere']) await aws.ask(sns, 'CreateTopic', { Name });
    await create(runbook([approve({}, { NotificationArn: TOPIC })]));
    const id = await start();
    await aws.pass(5);
    const topic = aws.world.state(snsHome, { account: ACCOUNT, region: VIRGINIA }).topics.get(TOPIC);
    expect(topic?.messages.map(({ message }) => message)).toEqual([
      expect.stringMatching(new RegExp(`^May it\\?\n\nStep ask of automation ${id} waits for approval: https://`)),
    ]);
    expect((await told(id)).AutomationExecutionStatus).toBe('Waiting');
    await create(
      runbook([approve({}, { NotificationArn: TOPIC.replace('AutomationApprovals', 'elsewhere') })]),
      'Other',
    );
    const other = await start({}, { DocumentName: 'Other' });
    await aws.pass(5);
    expect((await told(other)).FailureMessage).toMatch(/does not begin with Automation/);
  });
});

describe('stopping', () => {
  test('cuts the step short, and is refused of what has ended', async () => {
    await create(runbook([rest('long', { inputs: { Duration: 'PT1H' } }), rest('after')]));
    const id = await start();
    await aws.pass(60);
    await aws.call('StopAutomationExecution', { AutomationExecutionId: id });
    await aws.pass(1);
    const done = await told(id);
    expect([done.AutomationExecutionStatus, stepOf(done, 'long')?.StepStatus]).toEqual(['Cancelled', 'Cancelled']);
    expect((await aws.refused('StopAutomationExecution', { AutomationExecutionId: id })).code).toBe(
      'InvalidAutomationStatusUpdateException',
    );
  });
});

describe('starting', () => {
  const parameters = {
    Region: { type: 'String', allowedPattern: '^[a-z-]+-[0-9]$' },
    Mode: { type: 'String', allowedValues: ['slow', 'fast'], default: 'slow' },
    Count: { type: 'Integer', default: 3 },
    Short: { type: 'String', maxChars: 3, default: '' },
  };
  const good = { Region: ['eu-west-1'] };

  // biome-ignore format: a table is read down its columns
  test.for<[Record<string, string[]>, string]>([
    [{},                                  'Missing required parameter: Region in user inputs.'],
    [{ ...good, Colour: ['red'] },        'Parameters [Colour] are not declared in the automation document.'],
    [{ Region: ['eu-west-1"'] },          'Parameter "Region" has value "eu-west-1"" not matching regular expression ^[a-z-]+-[0-9]$.'],
    [{ ...good, Mode: ['medium'] },       'Parameter "Mode" has value "medium" not found in [slow, fast].'],
    [{ ...good, Count: ['many'] },        'Parameter "Count" has value "many" that is not of type Integer.'],
    [{ ...good, Short: ['long'] },        'Parameter "Short" must have 0 to 3 characters.'],
    [{ Region: ['eu-west-1', 'x-1'] },    'Parameter "Region" of type String must have one value.'],
  ])('with %j is refused', async ([given, message]) => {
    await create(runbook([rest('one')], { parameters }));
    const error = await aws.refused('StartAutomationExecution', { DocumentName: 'Test', Parameters: given });
    expect(error).toMatchObject({ code: 'InvalidAutomationExecutionParametersException', message });
    expect((await aws.call('DescribeAutomationExecutions', {})).AutomationExecutionMetadataList).toEqual([]);
  });

  test('of what is not there is refused', async () => {
    await create(runbook([rest('one')]));
    expect((await aws.refused('StartAutomationExecution', { DocumentName: 'Gone' })).code).toBe(
      'AutomationDefinitionNotFoundException',
    );
    expect((await aws.refused('StartAutomationExecution', { DocumentName: 'Test', DocumentVersion: '4' })).code).toBe(
      'AutomationDefinitionVersionNotFoundException',
    );
    expect((await aws.refused('GetAutomationExecution', { AutomationExecutionId: 'x' })).code).toBe(
      'AutomationExecutionNotFoundException',
    );
  });

  test('with a token is done once', async () => {
    await create(runbook([rest('one')], { parameters }));
    const ClientToken = '0f3b2c1a-0000-4000-8000-0123456789ab';
    const first = await start(good, { ClientToken });
    await aws.pass(60);
    expect(await start(good, { ClientToken })).toBe(first);
    const other = { DocumentName: 'Test', Parameters: { Region: ['eu-west-2'] }, ClientToken };
    expect((await aws.refused('StartAutomationExecution', other)).code).toBe('IdempotentParameterMismatch');
  });

  test('takes a role that trusts Systems Manager with this account, and acts as it', async () => {
    const assumeRole = `arn:aws:iam::{{ global:ACCOUNT_ID }}:role/runs`;
    await create(runbook([put('one', 'v')], { assumeRole }));
    const unable = {
      code: 'InvalidAutomationExecutionParametersException',
      message: 'The defined assume role is unable to be assumed.',
    };
    expect(await aws.refused('StartAutomationExecution', { DocumentName: 'Test' })).toMatchObject(unable);
    const trusting = (account: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ssm.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': account } },
          },
        ],
      });
    await aws.ask(iam, 'CreateRole', { RoleName: 'runs', AssumeRolePolicyDocument: trusting('999988887777') });
    expect(await aws.refused('StartAutomationExecution', { DocumentName: 'Test' })).toMatchObject(unable);
    await aws.ask(iam, 'UpdateAssumeRolePolicy', { RoleName: 'runs', PolicyDocument: trusting(ACCOUNT) });
    const callers: string[] = [];
    aws.world.watchers.add(({ operation, principal }) => {
      if (operation === 'PutParameter') callers.push(principal.arn);
    });
    const id = await start();
    await aws.pass(5);
    expect(callers).toEqual([`arn:aws:sts::${ACCOUNT}:assumed-role/runs/Automation-${id}`]);
  });
});

test('automations and their steps are listed by what is asked for', async () => {
  await create(runbook([rest('one'), rest('two')]));
  await create(runbook([rest('one')]), 'Other');
  const id = await start();
  await aws.pass(1);
  await start({}, { DocumentName: 'Other' });
  const list = async (Key: 'DocumentNamePrefix' | 'ExecutionStatus', value: string) =>
    (
      await aws.call('DescribeAutomationExecutions', { Filters: [{ Key, Values: [value] }] })
    ).AutomationExecutionMetadataList?.map(({ DocumentName }) => DocumentName);
  expect(await list('DocumentNamePrefix', 'Oth')).toEqual(['Other']);
  expect(await list('ExecutionStatus', 'InProgress')).toEqual(['Test']);
  await aws.pass(10);
  expect(await list('ExecutionStatus', 'Success')).toEqual(['Other', 'Test']);
  const { StepExecutions } = await aws.call('DescribeAutomationStepExecutions', {
    AutomationExecutionId: id,
    Filters: [{ Key: 'StepName', Values: ['two'] }],
  });
  expect(StepExecutions).toMatchObject([{ StepName: 'two', StepStatus: 'Success', Action: 'aws:sleep' }]);
});

test("changes of an automation's status are told on the bus", async () => {
  await aws.ask(eventbridge, 'PutRule', { Name: 'r', EventPattern: JSON.stringify({ source: ['aws.ssm'] }) });
  const Arn = `arn:aws:events:${VIRGINIA}:${ACCOUNT}:event-bus/elsewhere`;
  await aws.ask(eventbridge, 'PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn }] });
  const details: object[] = [];
  aws.world.weather = {
    event({ event: { detail } }) {
      details.push(detail);
      return 'lost';
    },
  };
  const { AutomationExecutionId: ExecutionId } = await run(runbook([rest('one')]));
  expect(details).toMatchObject([
    { ExecutionId, Definition: 'Test', Status: 'InProgress', ExecutedBy: rootOf(ACCOUNT).arn },
    { ExecutionId, Definition: 'Test', Status: 'Success', ExecutedBy: rootOf(ACCOUNT).arn },
  ]);
});
