import { agentArn, describes } from '../control-plane/kinds/permission-scopes.ts';
import type { AgentName } from '../control-plane/model/agents.ts';
import type { Fleet } from '../control-plane/model/fleet.ts';
import type { Conditions, Permission } from '../control-plane/model/permission.ts';
import { type FunctionSpec, functions } from '../handlers/index.ts';
import { workflows } from '../workflows/index.ts';
import { signals } from '../workflows/signals.ts';
import { merged } from './merged.ts';
import { machineArn, memberRoleFor, permissionsFor, tableAtHome } from './needed.ts';
import { type Deployed, type Places, placed, type RoleSpec, type Trust } from './role.ts';

const PREFIX = 'landbridge-';

/** What a function of ours runs as: `look` as `landbridge-look`. Agents too. */
export const roleNameOf = (functionName: string): string => `${PREFIX}${functionName}`;
/** What our state machines run as. */
export const WORKFLOW_ROLE = `${PREFIX}workflow`;
/** What EventBridge starts workflows as, and hands events on to other buses. */
export const SIGNAL_ROLE = `${PREFIX}signal`;

const byLambda: readonly Trust[] = [{ principal: { service: 'lambda.amazonaws.com' } }];

/** A service that works for somebody else is refused: it must be for this account, and for something of ours. */
export const onBehalfOf = (
  service: string,
  sourceArn: string,
  { account }: Pick<Deployed, 'account'>,
): readonly Trust[] => [
  {
    principal: { service },
    conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': sourceArn } },
  },
];

/** Its own log group, which the deployment makes. */
const logs = (functionName: string): Permission => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [`arn:aws:logs:{home}:{account}:log-group:/aws/lambda/${functionName}:*`],
});

/** Of functions that no deployment makes: their log groups come into being with their first line, in any Region. */
const logsAnywhere = (functionName: string): Permission => {
  const { actions, resources } = linesAnywhere(functionName);
  return { actions: ['logs:CreateLogGroup', ...actions], resources };
};

/** Of agents: their log groups are made with them, with an end to what is kept; one that nobody made keeps everything forever. */
const linesAnywhere = (functionName: string): Permission => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [`arn:aws:logs:*:{account}:log-group:/aws/lambda/${functionName}:*`],
});

const traces: Permission = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
  because: 'X-Ray defines no resource types for what is sent to it',
};

/** Whoever looks at members, or writes to them, enters the accounts that they live in: whose roles let it in is theirs to say. */
function entersAs(needs: FunctionSpec['needs']): readonly Permission[] {
  const role = memberRoleFor(needs);
  return role === undefined ? [] : [{ actions: ['sts:AssumeRole'], resources: [`arn:aws:iam::*:role/${role}`] }];
}

function functionRole({ name, needs }: FunctionSpec, deployed: Deployed): RoleSpec {
  const reads: Permission = { actions: ['dynamodb:Query'], resources: [tableAtHome(deployed)] };
  const also = needs.length === 0 ? 'reads the state table' : `reads the state table, and needs: ${needs.join(', ')}`;
  return {
    name: roleNameOf(name),
    description: `The function ${PREFIX}${name} runs as this: it ${also}.`,
    trust: byLambda,
    statements: merged([
      reads,
      ...needs.flatMap((need) => permissionsFor(need, deployed)),
      ...entersAs(needs),
      logs(`${PREFIX}${name}`),
      traces,
    ]),
  };
}

/** Rows by the partition they lie in: 'health#' and the fleet's name. */
const onlyPartitions = (...prefixes: readonly string[]): Conditions => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}#*`) },
});

/** One role serves an agent in every Region, so it names every replica of the table, of which each asks its own. */
function agentPermissions(agent: AgentName, { table }: Pick<Deployed, 'table'>): readonly Permission[] {
  const replicas = [`arn:aws:dynamodb:*:{controlPlane}:table/${table}`];
  switch (agent) {
    case 'probe': {
      // Lambda's own calls for a function in a VPC, and none of the function's code: those name the function they come from.
      const byLambdaItself: Conditions = { Null: { 'lambda:SourceFunctionArn': 'true' } };
      return [
        { ...describes('NetworkInterfaces', 'Subnets'), conditions: byLambdaItself },
        {
          actions: [
            'ec2:CreateNetworkInterface',
            'ec2:DeleteNetworkInterface',
            'ec2:AssignPrivateIpAddresses',
            'ec2:UnassignPrivateIpAddresses',
          ],
          // Lambda makes sure that it may do so with any interface, before there is one.
          resources: ['arn:aws:ec2:*:{account}:*/*'],
          conditions: byLambdaItself,
        },
      ];
    }
    case 'watch':
      return [
        { actions: ['dynamodb:Query'], resources: replicas, conditions: onlyPartitions('fleet', 'health') },
        { actions: ['dynamodb:BatchWriteItem'], resources: replicas, conditions: onlyPartitions('health') },
        { actions: ['lambda:InvokeFunction'], resources: [agentArn('probe')] },
        {
          actions: ['events:PutEvents'],
          resources: buses,
          conditions: { 'ForAllValues:StringEquals': { 'events:source': ['landbridge.health'] } },
        },
      ];
    case 'bit':
      return [{ actions: ['dynamodb:Query'], resources: replicas, conditions: onlyPartitions('health') }];
  }
}

/** Home's, and the standby's. */
export const buses: readonly string[] = ['arn:aws:events:{home}:{controlPlane}:event-bus/default'];

const agentDuties: Readonly<Record<AgentName, string>> = {
  probe:
    'asks from inside the VPC of a member, and may call nothing: what is allowed is what Lambda does to put it there',
  watch: 'keeps the beat of the probes, writes what they saw, and reports changes',
  bit: 'tells Route 53 whether a member is in service',
};

/** What an agent runs as, in each account that has members. */
export const agentRole = (agent: AgentName, deployed: Pick<Deployed, 'table'>): RoleSpec => ({
  name: roleNameOf(agent),
  description: `The agent ${agent} of every member runs as this: it ${agentDuties[agent]}.`,
  trust: byLambda,
  statements: merged([...agentPermissions(agent, deployed), linesAnywhere(`landbridge-*_${agent}`)]),
});

/** Every value that is called `field` in a state machine, however deep. */
function* valuesOf(field: string, within: unknown): Generator<unknown, void> {
  if (typeof within !== 'object' || within === null) return;
  for (const [name, value] of Object.entries(within))
    if (name === field) yield value;
    else yield* valuesOf(field, value);
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The functions that our state machines call. */
const calledFunctions = (): readonly string[] => [
  ...new Set(workflows.flatMap(({ machine }) => [...valuesOf('FunctionName', machine)].filter(isText))),
];

/** The workflows that a task waits for, which names them in the text of its expression. */
const nestedWorkflows = (): readonly string[] => {
  const named = workflows.flatMap(({ name, machine }) =>
    [...valuesOf('StateMachineArn', machine)]
      .filter(isText)
      .flatMap((expression) =>
        workflows.filter((other) => other.name !== name && expression.includes(`"${PREFIX}${other.name}"`)),
      ),
  );
  return [...new Set(named.map(({ name }) => name))];
};

/** What a sweep starts, as `handlers/sweep-fleet.ts` says. */
const SWEPT_UP = ['repair', 'reconcile', 'onboard-region', 'offboard-region'] as const;

function workflowRole(deployed: Deployed): RoleSpec {
  const { account } = deployed;
  const nested = nestedWorkflows();
  return {
    name: WORKFLOW_ROLE,
    description: 'Every state machine runs as this: it calls our functions, and starts runs of our workflows.',
    trust: onBehalfOf('states.amazonaws.com', `arn:aws:states:{home}:${account}:stateMachine:${PREFIX}*`, deployed),
    statements: merged([
      {
        actions: ['lambda:InvokeFunction'],
        resources: calledFunctions().map((name) => `arn:aws:lambda:{home}:{account}:function:${name}`),
      },
      { actions: ['states:StartExecution'], resources: [...SWEPT_UP, ...nested].map(machineArn) },
      {
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: nested.map((name) => `arn:aws:states:{home}:{account}:execution:${PREFIX}${name}:*`),
      },
      {
        actions: ['events:PutRule', 'events:PutTargets', 'events:DescribeRule'],
        // The rule by which Step Functions learns that a run that it waits for has ended.
        resources: ['arn:aws:events:{home}:{account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'],
      },
      { ...traces, actions: [...traces.actions, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'] },
      {
        actions: [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ],
        resources: ['*'],
        because: 'CloudWatch Logs defines no resource types for the delivery of logs that services write',
      },
    ]),
  };
}

function signalRole(deployed: Deployed): RoleSpec {
  const started = signals.flatMap(({ target }) =>
    typeof target === 'object' && 'workflow' in target ? [target.workflow] : [],
  );
  return {
    name: SIGNAL_ROLE,
    description: 'EventBridge starts workflows as this, and hands events on to the buses of home and standby.',
    trust: onBehalfOf('events.amazonaws.com', `arn:aws:events:*:${deployed.account}:rule/${PREFIX}*`, deployed),
    statements: merged([
      { actions: ['states:StartExecution'], resources: [...new Set(started)].map(machineArn) },
      { actions: ['events:PutEvents'], resources: buses },
    ]),
  };
}

/** A role with its places put in. */
export const rolePlaced = (role: RoleSpec, places: Places): RoleSpec => ({
  ...role,
  trust: placed(role.trust, places),
  statements: placed(role.statements, places),
});

/** Every role that a deployment makes: one for each function, one for each agent, one for workflows, one for signals. */
export const rolesOf = (deployed: Deployed): readonly RoleSpec[] =>
  [
    ...functions.map((spec) => functionRole(spec, deployed)),
    workflowRole(deployed),
    signalRole(deployed),
    ...(['probe', 'watch', 'bit'] as const).map((agent) => agentRole(agent, deployed)),
  ].map((role) =>
    rolePlaced(role, { home: deployed.home, standby: deployed.standby, peers: deployed.memberAccounts ?? [] }),
  );

/** The two roles of one fleet: what its replicas run as. Whoever puts a fleet in force makes them. */
export function fleetRolesOf({ name, roles }: Pick<Fleet, 'name' | 'roles'>): readonly RoleSpec[] {
  const roleIn = (roleArn: string): string => roleArn.split('/').at(-1) ?? roleArn;
  return [
    {
      name: roleIn(roles.function),
      description: `The functions of the fleet ${name} run as this: they write their logs. What else they need is their owner's to give.`,
      trust: byLambda,
      statements: merged([logsAnywhere(`${PREFIX}${name}-*`)]),
    },
    {
      name: roleIn(roles.invoke),
      description: `API Gateway calls the functions of the fleet ${name} as this.`,
      trust: [{ principal: { service: 'apigateway.amazonaws.com' } }],
      statements: merged([
        { actions: ['lambda:InvokeFunction'], resources: [`arn:aws:lambda:*:{account}:function:${PREFIX}${name}-*`] },
      ]),
    },
  ];
}
