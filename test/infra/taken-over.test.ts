import { beforeAll, describe, expect, test } from 'vitest';
import { type Assembly, assemble, type Resource } from '../support/assembly.ts';

const STANDBY = 'eu-west-1';

let before: Assembly;
let after: Assembly;
beforeAll(() => {
  before = assemble();
  after = assemble({ home: STANDBY, standby: 'none', table: 'kept', 'taken-over-from': 'us-east-1' });
});

const resourcesOf = ({ stacks }: Assembly, stack: string): Readonly<Record<string, Resource>> =>
  stacks.find(({ name }) => name === stack)?.resources ?? {};

/** What AWS allows one of by each name, in one Region. */
const NAMES = [
  'FunctionName',
  'StateMachineName',
  'QueueName',
  'TopicName',
  'AliasName',
  'AlarmName',
  'LogGroupName',
  'DashboardName',
  'Name',
  'RoleName',
  'TableName',
];

describe('once the standby has taken over', () => {
  test('two stacks stand in its Region, and nobody deploys to the one that is gone', () => {
    expect(after.stacks.map(({ name, region }) => `${name} ${region}`).toSorted()).toEqual([
      `landbridge-home ${STANDBY}`,
      `landbridge-standby ${STANDBY}`,
    ]);
  });

  test('what stood ready stays, as what it was: topic, queue and keys, and who subscribed', () => {
    const [was, is] = [resourcesOf(before, 'landbridge-standby'), resourcesOf(after, 'landbridge-standby')];
    const stays = Object.entries(is).filter(([id]) => id in was);
    expect(stays.map(([, { Type }]) => Type)).toEqual(
      expect.arrayContaining(['AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::KMS::Key', 'AWS::KMS::Alias']),
    );
    for (const [id, resource] of stays) expect(resource, id).toEqual(was[id]);
    const gone = Object.entries(was).filter(([id]) => !(id in is));
    expect(gone.map(([, { Type }]) => Type).toSorted()).toEqual([
      'AWS::Events::Rule',
      'AWS::Logs::LogGroup',
      'AWS::Logs::ResourcePolicy',
    ]);
  });

  test('no two resources want one name', () => {
    const taken = after.stacks.flatMap(({ resources }) =>
      Object.values(resources).flatMap(({ Type, Properties }) =>
        // It names the function that it is of.
        Type === 'AWS::Lambda::Permission' || Type === 'AWS::Lambda::EventInvokeConfig'
          ? []
          : NAMES.flatMap((field) => {
              const name = Properties?.[field];
              return typeof name === 'string' ? [`${Type} ${name}`] : [];
            }),
      ),
    );
    expect(taken.length).toBeGreaterThan(50);
    expect(taken.filter((name, index) => taken.indexOf(name) !== index)).toEqual([]);
  });

  test('home there is what home was: the same functions, machines, rules, alarms and runbooks', () => {
    const namesIn = (assembly: Assembly): readonly string[] =>
      Object.entries(resourcesOf(assembly, 'landbridge-home'))
        .filter(([, { Type }]) =>
          /Function|StateMachine|Rule|Document|Dashboard|EventInvokeConfig|Permission$/.test(Type),
        )
        .map(([id, { Type }]) => `${Type} ${id.replace(/[0-9A-F]{8}$/, '')}`)
        .toSorted();
    expect(namesIn(after)).toEqual(namesIn(before));
    for (const { Type, Properties } of Object.values(resourcesOf(after, 'landbridge-home')))
      if (Type === 'AWS::Lambda::Function')
        expect(Properties?.['Environment']).toMatchObject({ Variables: { LANDBRIDGE_HOME: STANDBY } });
  });

  test('takes no name that the home before has in the whole account: of dashboards there is one of a name in all Regions', () => {
    const dashboardsOf = (assembly: Assembly): readonly unknown[] =>
      Object.values(resourcesOf(assembly, 'landbridge-home'))
        .filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard')
        .map(({ Properties }) => Properties['DashboardName']);
    expect([...dashboardsOf(before), ...dashboardsOf(after)]).toEqual(['landbridge', `landbridge-${STANDBY}`]);
  });

  test('the roles that are there say so much of both Regions that none has to be changed', () => {
    const roles = Object.values(resourcesOf(before, 'landbridge-roles'));
    const texts = roles.map(({ Properties }) => JSON.stringify(Properties));
    for (const text of texts)
      for (const arn of text.match(/arn:aws:(?:dynamodb|states|lambda|events|sqs|sns|ssm|logs):us-east-1:[^"]+/g) ?? [])
        expect(text, arn).toContain(arn.replace('us-east-1', STANDBY));
  });
});
