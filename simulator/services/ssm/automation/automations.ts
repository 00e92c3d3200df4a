import type { AutomationExecutionFilter, SSM, StepExecutionFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../../../aws-error.ts';
import type { Json } from '../../../engine/states/json.ts';
import { Lifetime } from '../../../engine/states/lifetime.ts';
import type { InputOf, Operations } from '../../../service.ts';
import { documentNamed, versionOf } from '../documents.ts';
import { paged, type SsmCall, validation } from '../naming.ts';
import type { SsmState } from '../state.ts';
import { principalOf } from './assume-role.ts';
import type { Automation, StepRun } from './automation.ts';
import { described, describedInFull, describedStep } from './described.ts';
import type { AutomationDocument } from './document.ts';
import { checkedParameters, type GivenParameters } from './parameters.ts';
import { resolved, textOf } from './references.ts';
import { drive } from './run.ts';

const PAGE = 50;
const notSimulated = [
  'AlarmConfiguration',
  'TargetLocations',
  'TargetLocationsURL',
  'TargetMaps',
  'TargetParameterName',
  'Targets',
] as const;

function automationNamed({ state }: SsmCall, id: string | undefined): Automation {
  const found = state.automations.get(id ?? '');
  if (found === undefined)
    throw new AwsError(
      'AutomationExecutionNotFoundException',
      `Automation Execution with ID ${id ?? ''} not found for this account.`,
    );
  return found;
}

/** Source: StartAutomationExecution. Rate control, targets, other accounts and the interactive mode are not simulated. */
function start(input: InputOf<SSM, 'StartAutomationExecution'>, call: SsmCall): string {
  for (const name of notSimulated) if (input[name] !== undefined) throw validation(`${name} is not simulated`);
  if (input.Mode === 'Interactive') throw validation('the interactive mode is not simulated');
  const { state, place, world, principal } = call;
  const record = documentNamed(state, input.DocumentName);
  if (record === undefined)
    throw new AwsError(
      'AutomationDefinitionNotFoundException',
      `Automation definition with name ${input.DocumentName ?? ''} not found.`,
    );
  const version = versionOf(record, input.DocumentVersion);
  if (version === undefined)
    throw new AwsError(
      'AutomationDefinitionVersionNotFoundException',
      `Version ${input.DocumentVersion ?? ''} of automation definition ${record.name} not found.`,
    );
  const given: GivenParameters = input.Parameters ?? {};
  const before = alreadyStarted(state, input, given);
  if (before !== undefined) return before;
  const { document } = version;
  const parameters = checkedParameters(document, given);
  const id = world.random.uuid();
  const roleArn = roleOf(document, parameters, call);
  try {
    principalOf({ id, roleArn, startedBy: principal }, world, place);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidAutomationExecutionParametersException',
      'The defined assume role is unable to be assumed.',
    );
  }
  const automation: Automation = {
    id,
    documentName: record.name,
    documentVersion: String(version.version),
    document,
    given,
    parameters,
    variables: new Map(
      Object.entries(document.variables ?? {}).flatMap(([name, one]) =>
        one.default === undefined ? [] : [[name, one.default] as const],
      ),
    ),
    startedBy: principal,
    roleArn,
    startMs: call.nowMs,
    lifetime: new Lifetime(),
    steps: new Map(
      document.mainSteps.map((definition) => [definition.name, notBegun(definition, world.random.uuid())]),
    ),
    status: 'Pending',
    endMs: undefined,
    current: undefined,
    failureMessage: undefined,
    waiting: undefined,
  };
  state.automations.set(id, automation);
  if (input.ClientToken !== undefined) state.clientTokens.set(input.ClientToken.toLowerCase(), id);
  drive(automation, world, place);
  return id;
}

const notBegun = (definition: StepRun['definition'], id: string): StepRun => ({
  id,
  definition,
  status: 'Pending',
  startMs: undefined,
  endMs: undefined,
  inputs: {},
  outputs: new Map(),
  response: undefined,
  failureMessage: undefined,
});

function alreadyStarted(
  state: SsmState,
  { ClientToken: token, DocumentName: name }: InputOf<SSM, 'StartAutomationExecution'>,
  given: GivenParameters,
): string | undefined {
  if (token === undefined) return undefined;
  if (!/^[a-f\d]{8}(-[a-f\d]{4}){3}-[a-f\d]{12}$/i.test(token)) throw validation(`ClientToken ${token} is not a UUID`);
  const before = state.automations.get(state.clientTokens.get(token.toLowerCase()) ?? '');
  if (before === undefined) return undefined;
  const isSame =
    documentNamed(state, name)?.name === before.documentName && JSON.stringify(given) === JSON.stringify(before.given);
  if (isSame) return before.id;
  throw new AwsError(
    'IdempotentParameterMismatch',
    'Error returned when an idempotent operation is retried and the parameters do not match the original call to the API with the same idempotency token.',
  );
}

function roleOf(
  { assumeRole }: AutomationDocument,
  parameters: ReadonlyMap<string, Json>,
  { place: { account, region } }: SsmCall,
): string | undefined {
  const globals: Readonly<Record<string, string>> = {
    'global:ACCOUNT_ID': account,
    'global:REGION': region,
    'global:AWS_PARTITION': 'aws',
  };
  const role = textOf(resolved(assumeRole ?? '', (name) => globals[name] ?? parameters.get(name) ?? ''));
  return role === '' ? undefined : role;
}

function signal(input: InputOf<SSM, 'SendAutomationSignal'>, call: SsmCall): void {
  const automation = automationNamed(call, input.AutomationExecutionId);
  const { SignalType: type = '', Payload: payload = {} } = input;
  if (type !== 'Approve' && type !== 'Reject') throw validation(`The signal ${type} is not simulated`);
  if (automation.waiting === undefined)
    throw new AwsError(
      'InvalidAutomationSignalException',
      `Automation ${automation.id} is ${automation.status}: no step of it waits for approval.`,
    );
  const comment = payload['Comment']?.[0];
  automation.waiting.say(call.principal, type, comment);
}

function filtered<Item>(
  items: readonly Item[],
  filters: readonly (AutomationExecutionFilter | StepExecutionFilter)[] | undefined,
  tests: Readonly<Record<string, (item: Item, value: string) => boolean>>,
): readonly Item[] {
  const wanted = (filters ?? []).map(({ Key: key = '', Values: values = [] }) => {
    const test = tests[key];
    if (test === undefined)
      throw new AwsError('InvalidFilterKey', `The specified filter key isn't valid, or is not simulated: ${key}`);
    if (values.length === 0) throw new AwsError('InvalidFilterValue', `The filter ${key} needs at least one value.`);
    return (item: Item) => values.some((value) => test(item, value));
  });
  return items.filter((item) => wanted.every((test) => test(item)));
}

export const automationOperations: Operations<SSM, SsmState> = {
  StartAutomationExecution(input, call) {
    return { AutomationExecutionId: start(input, call) };
  },

  GetAutomationExecution: (input, call) => ({
    AutomationExecution: describedInFull(automationNamed(call, input.AutomationExecutionId)),
  }),

  DescribeAutomationExecutions(input, { state }) {
    const found = filtered([...state.automations.values()].toReversed(), input.Filters, {
      DocumentNamePrefix: ({ documentName }, value) => documentName.startsWith(value),
      ExecutionStatus: ({ status }, value) => status === value,
      ExecutionId: ({ id }, value) => id === value,
      CurrentAction: ({ current, endMs }, value) => endMs === undefined && current?.definition.action === value,
      StartTimeBefore: ({ startMs }, value) => startMs < Date.parse(value),
      StartTimeAfter: ({ startMs }, value) => startMs > Date.parse(value),
    });
    const { page, next } = paged(found, input.NextToken, Math.min(input.MaxResults ?? PAGE, PAGE));
    return {
      AutomationExecutionMetadataList: page.map((one) => ({ ...described(one), AutomationType: 'Local' as const })),
      ...next,
    };
  },

  DescribeAutomationStepExecutions(input, call) {
    const steps = [...automationNamed(call, input.AutomationExecutionId).steps.values()];
    const found = filtered(input.ReverseOrder === true ? steps.toReversed() : steps, input.Filters, {
      StepName: ({ definition }, value) => definition.name === value,
      StepExecutionId: ({ id }, value) => id === value,
      StepExecutionStatus: ({ status }, value) => status === value,
      Action: ({ definition }, value) => definition.action === value,
    });
    const { page, next } = paged(found, input.NextToken, Math.min(input.MaxResults ?? PAGE, PAGE));
    return { StepExecutions: page.map(describedStep), ...next };
  },

  StopAutomationExecution(input, call) {
    const automation = automationNamed(call, input.AutomationExecutionId);
    if (input.Type === 'Complete') throw validation('stopping by Complete is not simulated');
    if (automation.endMs !== undefined)
      throw new AwsError(
        'InvalidAutomationStatusUpdateException',
        `Automation ${automation.id} has ended already: it is ${automation.status}.`,
      );
    automation.status = 'Cancelling';
    automation.lifetime.end();
    return {};
  },

  SendAutomationSignal(input, call) {
    signal(input, call);
    return {};
  },
};
