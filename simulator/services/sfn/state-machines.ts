import type {
  CreateStateMachineInput,
  DescribeStateMachineOutput,
  LoggingConfiguration,
  SFN,
  Tag,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../aws-error.ts';
import type { Machine } from '../../engine/states/execution.ts';
import { type Diagnostic, readDefinition } from '../../engine/states/validate.ts';
import type { Call, Operations } from '../../service.ts';
import { checkArn, checkName, machineArn } from './names.ts';
import { page } from './page.ts';
import type { SfnState, StateMachineRecord } from './state.ts';

export function machineNamed(state: SfnState, arn: string | undefined): StateMachineRecord {
  const found = state.machines.get(checkArn(arn));
  if (found === undefined)
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
  return found;
}

const MOST_IN_A_MESSAGE = 10;
const told = ({ code, message, location }: Diagnostic): string => `${code}: ${message} at ${location}`;

function validated(text: string | undefined, type: 'STANDARD' | 'EXPRESS'): Machine['definition'] {
  const { definition, diagnostics } = readDefinition(text ?? '', type);
  if (definition !== undefined) return definition;
  const list = diagnostics.slice(0, MOST_IN_A_MESSAGE).map(told).join(', ');
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${list}'`);
}

function checkRole(roleArn: string | undefined): string {
  if (roleArn === undefined || !/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(roleArn))
    throw new AwsError('InvalidArn', `Invalid Role Arn: '${roleArn ?? ''}'`);
  return roleArn;
}

function create(input: CreateStateMachineInput, { state, place, nowMs }: Call<SfnState>): StateMachineRecord {
  const name = checkName(input.name);
  const arn = machineArn(place, name);
  const roleArn = checkRole(input.roleArn);
  const type = input.type ?? 'STANDARD';
  const definition = validated(input.definition, type);
  const definitionText = input.definition ?? '';
  const before = state.machines.get(arn);
  if (before !== undefined) {
    // Idempotent on all of these; source: API reference, CreateStateMachine.
    const { machine } = before;
    if (machine.definitionText === definitionText && machine.type === type && machine.roleArn === roleArn)
      return before;
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
  }
  const made: StateMachineRecord = {
    machine: { arn, name, type, roleArn, revisionId: state.engine.random.uuid(), definition, definitionText },
    createdMs: nowMs,
    updatedMs: nowMs,
    description: undefined,
    loggingConfiguration: input.loggingConfiguration,
    tracingEnabled: input.tracingConfiguration?.enabled ?? false,
    tags: tagsOf(input.tags),
    executions: [],
  };
  state.machines.set(arn, made);
  return made;
}

const tagsOf = (tags: readonly Tag[] = []): Map<string, string> =>
  new Map(tags.map(({ key = '', value = '' }) => [key, value]));

const logging = (kept: object | undefined): LoggingConfiguration => ({
  level: 'OFF',
  includeExecutionData: false,
  ...kept,
});

export const describeMachine = (kept: StateMachineRecord): DescribeStateMachineOutput => ({
  stateMachineArn: kept.machine.arn,
  name: kept.machine.name,
  status: 'ACTIVE',
  definition: kept.machine.definitionText,
  roleArn: kept.machine.roleArn,
  type: kept.machine.type,
  creationDate: new Date(kept.createdMs),
  loggingConfiguration: logging(kept.loggingConfiguration),
  tracingConfiguration: { enabled: kept.tracingEnabled },
  revisionId: kept.machine.revisionId,
  encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
});

function taggable(state: SfnState, arn: string | undefined): Map<string, string> {
  const found = state.machines.get(checkArn(arn));
  if (found === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn ?? ''}'`);
  return found.tags;
}

export const stateMachineOperations: Operations<SFN, SfnState> = {
  CreateStateMachine(input, call) {
    const { machine, createdMs } = create(input, call);
    return { stateMachineArn: machine.arn, creationDate: new Date(createdMs) };
  },

  UpdateStateMachine(input, { state, nowMs }) {
    const kept = machineNamed(state, input.stateMachineArn);
    const { machine } = kept;
    const definition = input.definition === undefined ? machine.definition : validated(input.definition, machine.type);
    kept.machine = {
      ...machine,
      definition,
      definitionText: input.definition ?? machine.definitionText,
      roleArn: input.roleArn === undefined ? machine.roleArn : checkRole(input.roleArn),
      revisionId: state.engine.random.uuid(),
    };
    kept.updatedMs = nowMs;
    if (input.loggingConfiguration !== undefined) kept.loggingConfiguration = input.loggingConfiguration;
    if (input.tracingConfiguration?.enabled !== undefined) kept.tracingEnabled = input.tracingConfiguration.enabled;
    return { updateDate: new Date(nowMs), revisionId: kept.machine.revisionId };
  },

  DescribeStateMachine: (input, { state }) => describeMachine(machineNamed(state, input.stateMachineArn)),

  ListStateMachines(input, { state }) {
    const { items, nextToken } = page([...state.machines.values()], input);
    return {
      stateMachines: items.map(({ machine, createdMs }) => ({
        stateMachineArn: machine.arn,
        name: machine.name,
        type: machine.type,
        creationDate: new Date(createdMs),
      })),
      ...(nextToken === undefined ? {} : { nextToken }),
    };
  },

  DeleteStateMachine(input, { state }) {
    // Deleting what is not there succeeds; source: API reference, DeleteStateMachine, which names no such error.
    state.machines.delete(checkArn(input.stateMachineArn));
    return {};
  },

  ValidateStateMachineDefinition(input) {
    const { diagnostics } = readDefinition(input.definition ?? '', input.type ?? 'STANDARD');
    const most = input.maxResults === undefined || input.maxResults === 0 ? 100 : input.maxResults;
    return {
      result: diagnostics.length === 0 ? 'OK' : 'FAIL',
      diagnostics: diagnostics.slice(0, most),
      truncated: diagnostics.length > most,
    };
  },

  TagResource(input, { state }) {
    const tags = taggable(state, input.resourceArn);
    for (const { key = '', value = '' } of input.tags ?? []) tags.set(key, value);
    return {};
  },

  UntagResource(input, { state }) {
    const tags = taggable(state, input.resourceArn);
    for (const key of input.tagKeys ?? []) tags.delete(key);
    return {};
  },

  ListTagsForResource: (input, { state }) => ({
    tags: [...taggable(state, input.resourceArn)].map(([key, value]) => ({ key, value })),
  }),
};
