import { agentFunction, BIT_IS_GOOD } from '../../control-plane/model/agents.ts';
import { answered, read, write } from '../../control-plane/model/aws-call.ts';
import { type Statement, statementsIn } from '../../control-plane/model/policy-statement.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { type LookAlike, strangersFunction } from './look-alike.ts';

/** Of what watches over a member. */
export const agents: Readonly<Record<string, LookAlike>> = {
  agent: {
    what: 'a function that has taken the name of the health bit',
    stands: 'in the way',
    make: ({ region, fleet }) => strangersFunction(region, agentFunction(fleet.name, 'bit'), fleet.roles.function),
  },

  'agent-schedule': {
    what: 'a schedule that has taken our name',
    stands: 'in the way',
    *make({ region, fleet }) {
      const Name = agentFunction(fleet.name, 'watch');
      const { RuleArn } = yield* write(region, 'eventbridge', 'putRule', {
        Name,
        ScheduleExpression: 'rate(1 day)',
        Description: 'mine',
      });
      return {
        id: answered(RuleArn, 'putRule'),
        *see() {
          const { ScheduleExpression, State, Description } = yield* read(region, 'eventbridge', 'describeRule', {
            Name,
          });
          const { Targets } = yield* read(region, 'eventbridge', 'listTargetsByRule', { Rule: Name });
          return { ScheduleExpression, State, Description, Targets };
        },
      };
    },
  },

  'event-forward': {
    what: 'a rule that has taken our name',
    stands: 'in the way',
    *make({ region, fleet }) {
      const Name = `landbridge-${fleet.name}_forward`;
      const { RuleArn } = yield* write(region, 'eventbridge', 'putRule', {
        Name,
        EventPattern: JSON.stringify({ source: ['mine'] }),
        Description: 'mine',
      });
      return {
        id: answered(RuleArn, 'putRule'),
        *see() {
          const { EventPattern, State, Description } = yield* read(region, 'eventbridge', 'describeRule', { Name });
          const { Targets } = yield* read(region, 'eventbridge', 'listTargetsByRule', { Rule: Name });
          return { EventPattern, State, Description, Targets };
        },
      };
    },
  },

  'bit-url': {
    what: "somebody else's leave to invoke our function",
    stands: 'beside',
    within: true,
    *make({ region, id: ourId }) {
      const FunctionName = ourId('agent', `${region}/bit`);
      yield* write(region, 'lambda', 'addPermission', {
        FunctionName,
        StatementId: 'theirs',
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
      });
      return {
        id: 'theirs',
        *see() {
          const { Policy = '{}' } = yield* read(region, 'lambda', 'getPolicy', { FunctionName });
          const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Sid?: string }[] };
          return Statement.filter(({ Sid }) => Sid === 'theirs');
        },
      };
    },
  },

  'health-check': {
    what: 'another check of the same health bit, with the same settings',
    stands: 'beside',
    *make({ region, id: ourId }) {
      const { HealthCheck } = yield* write(GLOBAL_REGION, 'route-53', 'createHealthCheck', {
        CallerReference: 'mine',
        HealthCheckConfig: {
          Type: 'HTTPS_STR_MATCH',
          FullyQualifiedDomainName: ourId('bit-url', region),
          ResourcePath: '/',
          RequestInterval: 10,
          FailureThreshold: 3,
          SearchString: BIT_IS_GOOD,
        },
      });
      const HealthCheckId = answered(HealthCheck?.Id, 'createHealthCheck');
      return {
        id: HealthCheckId,
        *see() {
          const which = { ResourceType: 'healthcheck' as const, ResourceId: HealthCheckId };
          const { ResourceTagSet } = yield* read(GLOBAL_REGION, 'route-53', 'listTagsForResource', which);
          const { HealthCheck: check } = yield* read(GLOBAL_REGION, 'route-53', 'getHealthCheck', { HealthCheckId });
          return { tags: ResourceTagSet?.Tags, config: check?.HealthCheckConfig };
        },
      };
    },
  },

  alarm: {
    what: 'an alarm that has taken our name',
    stands: 'in the way',
    *make({ region, fleet }) {
      const AlarmName = `landbridge-${fleet.name}-link`;
      yield* write(region, 'cloudwatch', 'putMetricAlarm', {
        AlarmName,
        AlarmDescription: 'mine',
        Namespace: 'Mine',
        MetricName: 'Sales',
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
      });
      return {
        id: AlarmName,
        *see() {
          const { MetricAlarms = [] } = yield* read(region, 'cloudwatch', 'describeAlarms', {
            AlarmNames: [AlarmName],
          });
          return MetricAlarms.map(({ AlarmDescription, Namespace, MetricName, Period, Threshold }) => [
            AlarmDescription,
            Namespace,
            MetricName,
            Period,
            Threshold,
          ]);
        },
      };
    },
  },

  'state-replica': {
    what: 'a table that has taken the name of the replica',
    stands: 'in the way',
    *make({ region }) {
      const TableName = STATE_TABLE;
      const { TableDescription } = yield* write(region, 'dynamodb', 'createTable', {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      });
      const ResourceArn = answered(TableDescription?.TableArn, 'createTable');
      return {
        id: ResourceArn,
        *see() {
          const { Table } = yield* read(region, 'dynamodb', 'describeTable', { TableName });
          return { id: Table?.TableId, replicas: Table?.Replicas };
        },
      };
    },
  },

  'table-policy': {
    what: "somebody else's statement in the policy of the replica",
    stands: 'beside',
    within: true,
    *make({ region, fleet }) {
      const ResourceArn = `arn:aws:dynamodb:${region}:${fleet.account}:table/${STATE_TABLE}`;
      const theirs = { Sid: 'Theirs', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${fleet.account}:root` } };
      const statement = { ...theirs, Action: 'dynamodb:Query', Resource: ResourceArn };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      yield* write(region, 'dynamodb', 'putResourcePolicy', { ResourceArn, Policy });
      return {
        id: 'Theirs',
        *see() {
          const found = yield* read(region, 'dynamodb', 'getResourcePolicy', { ResourceArn });
          return theirsIn(found.Policy);
        },
      };
    },
  },

  'bus-policy': {
    what: "somebody else's opening in the same bus",
    stands: 'beside',
    *make({ peerRegion, fleet }) {
      const opening = { StatementId: 'Theirs', Principal: '999988887777', Action: 'events:PutEvents' };
      yield* write(peerRegion, 'eventbridge', 'putPermission', { EventBusName: 'default', ...opening });
      return {
        id: `Theirs, beside ${fleet.name}`,
        *see() {
          const found = yield* read(peerRegion, 'eventbridge', 'describeEventBus', { Name: 'default' });
          return theirsIn(found.Policy);
        },
      };
    },
  },
};

const theirsIn = (policy: string | undefined): readonly Statement[] =>
  statementsIn(policy).filter(({ Sid }) => Sid === 'Theirs');
