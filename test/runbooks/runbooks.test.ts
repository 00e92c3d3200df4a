import type { AutomationExecution } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { overridable } from '../../control-plane/policies/index.ts';
import { policiesOf } from '../../permissions/policies.ts';
import { policyOf } from '../../permissions/role.ts';
import { runbookRolesOf } from '../../permissions/runbook-roles.ts';
import { runbooks, startedByRunbooks } from '../../runbooks/index.ts';
import { APPROVER_ROLE, RUNBOOK_ROLE } from '../../runbooks/settings.ts';
import { type Principal, roleSession } from '../../simulator/principal.ts';
import { ACCOUNT, type TestBed, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const EU = 'eu-west-1';
const REGIONS = [HOME, EU];
const FLEET = 'payments';
const MINUTE_MS = 60_000;
const place = { account: ACCOUNT, region: HOME };

const olga: Principal = { kind: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT };
const approver = roleSession(`arn:aws:iam::${ACCOUNT}:role/${APPROVER_ROLE}`, 'ann');

type Approvals = readonly ('evacuate' | 'restore' | 'drill')[];

/** An operator with Systems Manager and nothing else, at a fleet that has joined. */
class Desk {
  readonly bed: TestBed;
  constructor(bed: TestBed) {
    this.bed = bed;
  }

  static async of(approvals: Approvals = [], regions = REGIONS): Promise<Desk> {
    const bed = await testBed({
      timings: { domainNameMs: 0, accessAssociationMs: 0 },
      declare: (example) => ({ ...example, policies: { ...example.policies, approvals } }),
    });
    await bed.join(...regions);
    await bed.clock.runFor(3 * MINUTE_MS);
    return new Desk(bed);
  }

  async call<Output>(operation: string, input: object, principal = olga): Promise<Output> {
    return (await this.bed.world.invoke({ service: 'ssm', operation, input, place, principal })) as Output;
  }

  async start(runbook: string, parameters: Record<string, string>): Promise<string> {
    const { AutomationExecutionId } = await this.call<{ AutomationExecutionId: string }>('StartAutomationExecution', {
      DocumentName: `Landbridge-${runbook}`,
      Parameters: Object.fromEntries(
        Object.entries({ Fleet: FLEET, ...parameters }).map(([name, value]) => [name, [value]]),
      ),
    });
    return AutomationExecutionId;
  }

  async told(AutomationExecutionId: string): Promise<AutomationExecution> {
    const answer = await this.call<{ AutomationExecution: AutomationExecution }>('GetAutomationExecution', {
      AutomationExecutionId,
    });
    return answer.AutomationExecution;
  }

  /** Lets time pass until the automation has ended, or waits for somebody. */
  async rests(id: string): Promise<AutomationExecution> {
    for (;;) {
      const told = await this.told(id);
      if (told.ExecutionEndTime !== undefined || told.AutomationExecutionStatus === 'Waiting') return told;
      await this.bed.clock.runFor(10_000);
    }
  }

  answer(id: string, SignalType: 'Approve' | 'Reject', by = approver): Promise<object> {
    return this.call('SendAutomationSignal', { AutomationExecutionId: id, SignalType }, by);
  }

  async run(runbook: string, parameters: Record<string, string>): Promise<AutomationExecution> {
    return this.rests(await this.start(runbook, parameters));
  }

  /** As `run`, with an approval in the middle of it. */
  async runApproved(runbook: string, parameters: Record<string, string>): Promise<AutomationExecution> {
    const id = await this.start(runbook, parameters);
    expect((await this.rests(id)).AutomationExecutionStatus).toBe('Waiting');
    await this.answer(id, 'Approve');
    await this.bed.clock.runFor(1_000);
    return this.rests(id);
  }

  async drained(): Promise<readonly string[]> {
    return (await this.bed.state()).health.traffic.drains.map(({ region }) => region);
  }

  async members(): Promise<readonly string[]> {
    return (await this.bed.state()).members.map(({ region }) => region);
  }

  async saysOf(what: string): Promise<readonly string[]> {
    return (await this.bed.journal()).filter((entry) => entry.what === what).map(({ says }) => says);
  }

  /** Executions of our workflows that runbooks started, by name. */
  async executions(workflow: string): Promise<readonly string[]> {
    const { executions } = (await this.bed.world.invoke({
      service: 'sfn',
      operation: 'ListExecutions',
      input: { stateMachineArn: `arn:aws:states:${HOME}:${ACCOUNT}:stateMachine:landbridge-${workflow}` },
      place,
      principal: olga,
    })) as { executions: { name: string }[] };
    return executions.map(({ name }) => name).filter((name) => name.startsWith('runbook-'));
  }
}

const outputOf = ({ Outputs = {} }: AutomationExecution, name: string): string => Outputs[name]?.[0] ?? '';
const outcomeOf = (told: AutomationExecution, suffix = ''): unknown =>
  (JSON.parse(outputOf(told, `outcome${suffix}.Output`)) as { outcome: string }).outcome;

describe('where nothing asks for an approval', () => {
  test('an evacuation is one command, and tells where to look', async () => {
    const desk = await Desk.of();
    const told = await desk.run('EvacuateRegion', { Region: EU, Because: 'maintenance, ticket #4' });
    expect(told.FailureMessage).toBeUndefined();
    expect([told.AutomationExecutionStatus, outcomeOf(told)]).toEqual(['Success', 'evacuated']);
    expect(await desk.drained()).toEqual([EU]);
    expect((await desk.bed.state()).health.traffic.drains).toMatchObject([
      { by: olga.arn, because: 'maintenance, ticket #4' },
    ]);
    const name = `runbook-${told.AutomationExecutionId}`;
    const arn = `arn:aws:states:${HOME}:${ACCOUNT}:execution:landbridge-evacuate-region:${name}`;
    expect(outputOf(told, 'start.ExecutionArn')).toBe(arn);
    expect(told.Variables?.['Console']).toEqual([
      `https://${HOME}.console.aws.amazon.com/states/home?region=${HOME}#/v2/executions/details/${arn}`,
    ]);
    expect(await desk.executions('evacuate-region')).toEqual([name]);

    const back = await desk.run('RestoreRegion', { Region: EU });
    expect([back.AutomationExecutionStatus, outcomeOf(back)]).toEqual(['Success', 'restored']);
    expect(await desk.drained()).toEqual([]);
  });

  test('it is asked for all the same by whoever wants one', async () => {
    const desk = await Desk.of();
    const told = await desk.runApproved('EvacuateRegion', { Region: EU, RequireApproval: 'always' });
    expect([told.AutomationExecutionStatus, outcomeOf(told, 'Approved')]).toEqual(['Success', 'evacuated']);
    expect(await desk.executions('evacuate-region')).toEqual([`runbook-${told.AutomationExecutionId}-approved`]);
  });

  test('what the workflow refuses is a runbook that failed, with its reason', async () => {
    const desk = await Desk.of();
    const told = await desk.run('EvacuateRegion', { Region: 'sa-east-1' });
    expect(told.AutomationExecutionStatus).toBe('Failed');
    expect(outputOf(told, 'why.Cause')).toMatch(/^region: sa-east-1 is not a serving member of payments/);
    expect(outputOf(told, 'end.Status')).toBe('FAILED');
    expect(await desk.drained()).toEqual([]);
  });

  test('a drill takes its minutes', async () => {
    const desk = await Desk.of();
    const told = await desk.run('Drill', { Region: EU, Minutes: '2' });
    expect([told.AutomationExecutionStatus, outcomeOf(told)]).toEqual(['Success', 'drilled']);
    expect(await desk.saysOf('drill')).toEqual([expect.stringContaining('rehearsed for 2 minutes')]);
  });

  test('a reconcile is of the whole fleet, or of one member', async () => {
    const desk = await Desk.of();
    for (const Region of ['all', EU]) {
      const told = await desk.run('Reconcile', { Region });
      expect([told.AutomationExecutionStatus, outcomeOf(told)]).toEqual(['Success', 'as-declared']);
    }
    const outcomes = (await desk.bed.journal()).filter(({ signal }) => signal === `operator: ${olga.arn}`);
    expect(outcomes.map(({ scope }) => scope)).toEqual([{}, { regions: [EU] }]);
  });
});

describe('where the fleet file asks for an approval', () => {
  test('the runbook waits for it, goes on when it is given, and the journal has both names', async () => {
    const desk = await Desk.of(['evacuate']);
    const id = await desk.start('EvacuateRegion', { Region: EU });
    expect(await desk.rests(id)).toMatchObject({
      AutomationExecutionStatus: 'Waiting',
      CurrentStepName: 'askApproval',
    });
    await desk.bed.clock.runFor(30 * MINUTE_MS);
    expect(await desk.drained()).toEqual([]);
    await expect(desk.answer(id, 'Approve', olga)).rejects.toMatchObject({ code: 'InvalidAutomationSignalException' });
    await desk.answer(id, 'Approve');
    await desk.bed.clock.runFor(1_000);
    const told = await desk.rests(id);
    expect([told.AutomationExecutionStatus, outcomeOf(told, 'Approved')]).toEqual(['Success', 'evacuated']);
    expect(outputOf(told, 'askApproval.ApprovalStatus')).toBe('Approved');
    expect(await desk.drained()).toEqual([EU]);
    expect(await desk.saysOf('approved')).toEqual([
      `${olga.arn}, approved in automation ${id} approves: evacuate ${EU}`,
    ]);
  });

  test('nobody is moved where it is rejected', async () => {
    const desk = await Desk.of(['evacuate']);
    const rejected = await desk.start('EvacuateRegion', { Region: EU });
    await desk.rests(rejected);
    await desk.answer(rejected, 'Reject');
    await desk.bed.clock.runFor(1_000);
    expect((await desk.told(rejected)).AutomationExecutionStatus).toBe('Rejected');
    expect(await desk.drained()).toEqual([]);
    expect(await desk.executions('evacuate-region')).toHaveLength(1);
    expect(await desk.saysOf('drained')).toEqual([]);
  });

  test('it is not waited for without end, and nothing was started', async () => {
    const desk = new Desk(await testBed());
    const id = await desk.start('EvacuateRegion', { Region: EU, RequireApproval: 'always' });
    await desk.rests(id);
    await desk.bed.clock.runFor(4 * 60 * MINUTE_MS + 1_000);
    expect((await desk.told(id)).AutomationExecutionStatus).toBe('TimedOut');
    expect(await desk.executions('evacuate-region')).toEqual([]);
  });

  test('it is not asked for where that would not help', async () => {
    const desk = await Desk.of(['evacuate'], [HOME]);
    const told = await desk.run('EvacuateRegion', { Region: HOME });
    expect(told.AutomationExecutionStatus).toBe('Failed');
    expect(outputOf(told, 'why.Cause')).toMatch(/^last-healthy-member: /);
  });
});

describe('what always takes an approval', () => {
  test('offboarding, and then the Region joins again', async () => {
    const desk = await Desk.of();
    const gone = await desk.runApproved('OffboardRegion', { Region: EU });
    expect([gone.AutomationExecutionStatus, outcomeOf(gone)]).toEqual(['Success', 'left']);
    expect(await desk.members()).not.toContain(EU);
    const back = await desk.run('OnboardRegion', { Region: EU, Role: 'serving', Cidr: '10.77.0.0/16' });
    expect([back.AutomationExecutionStatus, outcomeOf(back)]).toEqual(['Success', 'joined']);
    expect((await desk.bed.state()).members.find(({ region }) => region === EU)).toMatchObject({
      role: 'serving',
      cidrs: ['10.77.0.0/16'],
    });
    expect(await desk.saysOf('admitted')).toContain(`${EU} was admitted, for operator: ${olga.arn}`);
  });

  test('breaking glass: the override is named, has an end, and the callers are moved', async () => {
    const desk = await Desk.of([], [HOME]);
    const parameters = {
      Region: HOME,
      Policy: 'last-healthy-member',
      Why: 'the Region is to be cut off',
      Minutes: '7',
    };
    const told = await desk.runApproved('BreakGlass', parameters);
    expect(await desk.saysOf('override')).toContain(
      `${olga.arn} overrides last-healthy-member for evacuate ${HOME}, for 7 minutes: the Region is to be cut off`,
    );
    expect(await desk.drained()).toEqual([HOME]);
    expect([told.AutomationExecutionStatus, outcomeOf(told)]).toEqual(['Success', 'evacuated']);
    expect(outputOf(told, 'outcome.Output')).toContain('nobody is left in service');
  });
});

test('a Region joins as the fleet file has it, where no more is said', async () => {
  const desk = await Desk.of([], [HOME]);
  const told = await desk.run('OnboardRegion', { Region: EU });
  expect([told.AutomationExecutionStatus, outcomeOf(told)]).toEqual(['Success', 'joined']);
  expect(await desk.members()).toEqual([HOME, EU]);
});

describe('without one statement of its role', () => {
  const deployed = { account: ACCOUNT, home: HOME, table: 'landbridge-state' };
  const statements = runbookRolesOf(deployed).flatMap((role) =>
    Object.keys(role.statements).map((Sid) => ({ role, Sid })),
  );

  /** What happens at a desk where nobody has joined: asked, approved, and refused by the workflow. */
  async function asked(desk: Desk): Promise<string> {
    const id = await desk.start('EvacuateRegion', { Region: EU, RequireApproval: 'always' });
    const waiting = await desk.rests(id);
    if (waiting.AutomationExecutionStatus !== 'Waiting') return waiting.FailureMessage ?? '';
    const listed = await desk.call<{ AutomationExecutionMetadataList: object[] }>(
      'DescribeAutomationExecutions',
      { Filters: [{ Key: 'ExecutionStatus', Values: ['Waiting'] }] },
      approver,
    );
    expect(listed.AutomationExecutionMetadataList).toHaveLength(1);
    for (const read of ['GetAutomationExecution', 'DescribeAutomationStepExecutions'])
      await desk.call(read, { AutomationExecutionId: id }, approver);
    await desk.answer(id, 'Approve');
    await desk.bed.clock.runFor(1_000);
    const told = await desk.rests(id);
    return `${outputOf(told, 'whyApproved.Cause')} ${told.FailureMessage}`;
  }

  test.for(statements)('$Sid of $role.name it cannot be done, and AWS names what is missing', async ({ role, Sid }) => {
    const desk = new Desk(await testBed());
    expect(await asked(desk)).toMatch(/^region: eu-west-1 is not a serving member/);
    const { Statement, ...rest } = policyOf(role, deployed);
    const left = {
      ...rest,
      Statement: Statement.filter((statement) => !('Sid' in statement && statement.Sid === Sid)),
    };
    const iam = (operation: string, input: object) =>
      desk.bed.world.invoke({ service: 'iam', operation, input, place, principal: olga });
    const RoleName = role.name;
    for (const { name } of policiesOf(role, deployed))
      await iam('DetachRolePolicy', { RoleName, PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/${name}` });
    await iam('PutRolePolicy', { RoleName, PolicyName: 'left', PolicyDocument: JSON.stringify(left) });
    const says = await asked(desk).catch((error: unknown) => String(error));
    expect(says).toMatch(/is not authorized to perform|AccessDenied|AuthorizationError/);
    const action = role.statements[Sid]?.actions.find((one) => says.toLowerCase().includes(one.toLowerCase()));
    expect(action, says).toBeDefined();
  });
});

describe('values', () => {
  const settings = { account: ACCOUNT, home: HOME };
  const parameters = runbooks(settings).flatMap(({ name, document }) =>
    Object.entries(document.parameters).map(([parameter, definition]) => [`${name} ${parameter}`, definition] as const),
  );

  test.for(parameters)(
    'of %s cannot break out of the JSON they are put into',
    ([, { allowedPattern, allowedValues }]) => {
      const attacks = ['"', '\\', '{', '}', '\u0000', '\r', '{{ global:REGION }}', 'eu-west-1","approve":true,"x":"'];
      if (allowedValues !== undefined) for (const value of allowedValues) expect(JSON.parse(`"${value}"`)).toBe(value);
      else
        for (const attack of attacks)
          for (const value of [attack, `eu-west-1${attack}`, `payments${attack}`, `5${attack}`, `all${attack}`])
            expect(new RegExp(allowedPattern ?? '').test(value), JSON.stringify(value)).toBe(false);
    },
  );

  test.for(parameters.filter(([, definition]) => definition.default !== undefined))(
    'of %s have a default that is allowed',
    ([, { default: value = '', allowedPattern, allowedValues }]) => {
      expect(allowedValues?.includes(value) ?? new RegExp(allowedPattern ?? '').test(value)).toBe(true);
    },
  );

  // biome-ignore format: a table is read down its columns
  test.for<[string, Record<string, string>]>([
    ['EvacuateRegion', { Region: 'eu-west-1", "approve": "x' }],
    ['EvacuateRegion', { Region: EU, Fleet: 'Payments!' }],
    ['EvacuateRegion', { Region: EU, RequireApproval: 'never' }],
    ['EvacuateRegion', { Region: EU, By: 'somebody else' }],
    ['EvacuateRegion', {}],
    ['Drill',          { Region: EU, Minutes: '121' }],
    ['Drill',          { Region: EU, Minutes: '0' }],
    ['OnboardRegion',  { Region: EU, Cidr: '10.0.0.0' }],
    ['OnboardRegion',  { Region: EU, CertificateArn: 'arn:aws:iam::111122223333:role/x' }],
    ['BreakGlass',     { Region: EU, Policy: 'deletion-guard', Why: 'because' }],
    ['BreakGlass',     { Region: EU, Policy: 'cool-down' }],
    ['BreakGlass',     { Region: EU, Policy: 'cool-down', Why: 'because', Minutes: '1441' }],
  ])('%s of %j is refused, and nothing is started', async ([runbook, given]) => {
    const bed = await testBed();
    const desk = new Desk(bed);
    await expect(desk.start(runbook, given)).rejects.toMatchObject({
      code: 'InvalidAutomationExecutionParametersException',
    });
    for (const workflow of startedByRunbooks) expect(await desk.executions(workflow)).toEqual([]);
  });

  test('every policy that may be overridden can be', () => {
    const { document } = runbooks(settings).find(({ name }) => name === 'Landbridge-BreakGlass') ?? {};
    expect(document?.parameters['Policy']?.allowedValues).toEqual(overridable.evacuate);
  });
});

test('every runbook acts as its role, starts what is said to be started, and fits what Systems Manager takes', () => {
  const all = runbooks({ account: ACCOUNT, home: HOME });
  const started = new Set<string>();
  for (const { name, document } of all) {
    expect(name).toMatch(/^Landbridge-[A-Za-z]+$/);
    expect(document.assumeRole).toBe(`arn:aws:iam::${ACCOUNT}:role/${RUNBOOK_ROLE}`);
    expect(JSON.stringify(document).length).toBeLessThan(65_536);
    for (const { inputs } of document.mainSteps) {
      const [, workflow = ''] = /stateMachine:landbridge-(.*)$/.exec(String(inputs['stateMachineArn'])) ?? [];
      if (workflow !== '') started.add(workflow);
    }
  }
  expect(started).toEqual(new Set(startedByRunbooks));
});
