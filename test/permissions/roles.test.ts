import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../control-plane/kinds/index.ts';
import { agentNames } from '../../control-plane/model/agents.ts';
import type { Permission } from '../../control-plane/model/permission.ts';
import { functions } from '../../handlers/index.ts';
import { isOperatorOf, type MembersDeployed, memberRolesOf } from '../../permissions/member-roles.ts';
import { merged } from '../../permissions/merged.ts';
import { lengthOf, policiesOf } from '../../permissions/policies.ts';
import { type Deployed, policyOf, type RoleSpec, trustOf } from '../../permissions/role.ts';
import { fleetRolesOf, roleNameOf, rolesOf } from '../../permissions/roles.ts';
import { overlap, referenceOf } from './service-authorization.ts';

const deployed: Deployed = {
  account: '111122223333',
  home: 'us-east-1',
  standby: 'eu-west-1',
  table: 'landbridge-state',
};
const fleet = {
  name: 'payments',
  roles: { function: 'arn:aws:iam::111122223333:role/f', invoke: 'arn:aws:iam::111122223333:role/i' },
};
const member: MembersDeployed = {
  controlPlane: deployed.account,
  account: '222233334444',
  fleets: ['payments'],
  home: deployed.home,
  standby: deployed.standby,
  table: deployed.table,
};
const roles = [...rolesOf(deployed), ...fleetRolesOf(fleet)];
const rolesThere = memberRolesOf(member);
const OLGA = 'arn:aws:iam::111122223333:role/people/olga';
const rolesWithOperators = memberRolesOf({ ...member, operators: [OLGA] });
const statementsOf = (of: readonly RoleSpec[], where = '') =>
  of.flatMap((role) =>
    Object.entries(role.statements).map(([name, statement]) => [`${where}${role.name} ${name}`, statement] as const),
  );
/** Of the control plane's account too, which is nobody's in AWS's own words. */
const anybodys = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value).replaceAll(member.controlPlane, '{account}')) as Value;
const statements = [
  ...statementsOf(roles),
  ...anybodys(statementsOf(rolesThere, 'elsewhere: ')),
  ...anybodys(
    statementsOf(
      rolesWithOperators.filter(({ name }) => name === 'landbridge-observer'),
      'elsewhere, with operators: ',
    ),
  ),
];

test.each(functions)('what $name says of its role is its own', ({ name }) => {
  const source = readFileSync(new URL(`../../handlers/${name}.ts`, import.meta.url), 'utf8');
  const [, says] = /^ \* Role +([\w-]+)/m.exec(source) ?? [];
  expect([undefined, roleNameOf(name)]).toContain(says);
});

/** Keys that any action knows, whatever its service says. Source: IAM User Guide, AWS global condition context keys; Lambda Developer Guide, lambda:SourceFunctionArn */
const GLOBAL_KEYS = ['aws:RequestedRegion', 'lambda:SourceFunctionArn'];
const wordOf = (key: string): string => key.replace(/\/.*$/, '/${TagKey}').toLowerCase();

describe.each(statements)('%s', (_, { actions, resources, conditions = {}, because }) => {
  const isAnything = resources.includes('*');

  test('names actions that AWS knows, and no patterns', () => {
    expect(actions.filter((action) => !/^[a-z0-9]+:[A-Za-z0-9]+$/.test(action))).toEqual([]);
    expect(actions.filter((action) => referenceOf(action) === undefined)).toEqual([]);
  });

  test('is as narrow as AWS has resources for', () => {
    if (isAnything) {
      expect(resources).toEqual(['*']);
      expect(because).toMatch(/\w+ defines no resource types?/);
      expect(actions.filter((action) => (referenceOf(action)?.types ?? []).length > 0)).toEqual([]);
      return;
    }
    expect(because).toBeUndefined();
    for (const resource of resources) {
      const useless = actions.filter((action) => !referenceOf(action)?.types.some(({ arn }) => overlap(arn, resource)));
      expect(useless, `for ${resource}`).toEqual([]);
    }
  });

  test('asks for conditions that AWS knows of these actions and resources', () => {
    const keys = Object.values(conditions)
      .flatMap((operands) => Object.keys(operands))
      .filter((key) => !GLOBAL_KEYS.includes(key));
    for (const action of actions) {
      const reference = referenceOf(action);
      for (const resource of resources) {
        const types = reference?.types.filter(({ arn }) => isAnything || overlap(arn, resource)) ?? [];
        const known = new Set([...(reference?.keys ?? []), ...types.flatMap((type) => type.keys)].map(wordOf));
        expect(
          keys.filter((key) => !known.has(wordOf(key))),
          `${action} on ${resource}`,
        ).toEqual([]);
      }
    }
  });
});

describe.each([...roles, ...rolesThere])('$name', (role) => {
  test('has policies that IAM takes, and all that it is allowed is in one of them', () => {
    const policies = policiesOf(role, deployed);
    for (const { document } of policies) expect(lengthOf(document)).toBeLessThanOrEqual(6_144);
    expect(policies.flatMap(({ document }) => document.Statement)).toEqual(policyOf(role, deployed).Statement);
    expect(JSON.stringify([policies, trustOf(role)])).not.toMatch(/\{(account|home|controlPlane|peer)\}/);
  });

  test('has a name, a description and names of statements that IAM takes', () => {
    expect(role.name).toMatch(/^[\w+=,.@-]{1,64}$/);
    // Source: IAM API Reference, CreateRole (Description)
    expect(role.description).toMatch(/^[\u0020-\u007E\u00A1-\u00FF]{1,1000}$/);
    for (const name of Object.keys(role.statements)) expect(name).toMatch(/^[A-Za-z0-9]+$/);
  });
});

test('every function and every agent has a role of its own', () => {
  const names = rolesOf(deployed).map(({ name }) => name);
  const wanted = [...functions.map(({ name }) => name), ...agentNames, 'workflow', 'signal'].map(roleNameOf);
  expect(names.toSorted()).toEqual(wanted.toSorted());
});

test('what kinds write, one function alone may do', () => {
  const writes = [...kinds.values()].flatMap(({ permissions }) => permissions.write.flatMap(({ actions }) => actions));
  const reads = new Set(
    [...kinds.values()].flatMap(({ permissions }) => permissions.read.flatMap(({ actions }) => actions)),
  );
  // The table, the bus and PutTargets are also others' for other resources.
  const own = /^(dynamodb|events|lambda:InvokeFunction)/;
  const only = writes.filter((action) => !reads.has(action) && !own.test(action) && !action.includes(':Describe'));
  const allowed = rolesOf(deployed).filter(({ statements: of }) =>
    Object.values(of).some(({ actions }) => actions.some((action) => only.includes(action))),
  );
  expect(allowed.map(({ name }) => name)).toEqual(['landbridge-apply-plan']);
});

describe('in an account that is not the control plane’s', () => {
  const named = (name: string): RoleSpec => {
    const role = rolesThere.find((one) => one.name === name);
    if (role === undefined) throw new Error(`there is no ${name}`);
    return role;
  };
  const actionsOf = ({ statements: of }: RoleSpec): readonly string[] => [
    ...new Set(Object.values(of).flatMap(({ actions }) => actions)),
  ];
  const functionsThat = (name: string) => `arn:aws:iam::111122223333:role/landbridge-${name}`;
  const ours = (name: string): readonly string[] =>
    actionsOf(rolesOf(deployed).find((role) => role.name === name) ?? expect.fail(name));

  test('there is a role for each thing that is done there', () => {
    expect(rolesThere.map(({ name }) => name).toSorted()).toEqual([
      'landbridge-applier',
      'landbridge-bit',
      'landbridge-observer',
      'landbridge-payments-function',
      'landbridge-payments-invoke',
      'landbridge-probe',
      'landbridge-signal',
      'landbridge-watch',
    ]);
  });

  test('nothing may be done that the control plane may not do at home', () => {
    const looks = ['look', 'sweep-fleet', 'admit-member', 'prove'].flatMap((name) => ours(`landbridge-${name}`));
    expect(actionsOf(named('landbridge-observer')).filter((action) => !looks.includes(action))).toEqual([]);
    const writes = ours('landbridge-apply-plan');
    expect(actionsOf(named('landbridge-applier')).filter((action) => !writes.includes(action))).toEqual([]);
  });

  test('whoever looks writes nothing but to ask a probe', () => {
    const writes = actionsOf(named('landbridge-observer')).filter(
      (action) => !/:(Describe|Get|List)|^apigateway:GET$/.test(action),
    );
    expect(writes).toEqual(['lambda:InvokeFunction']);
  });

  test('nobody is let in but whom it takes, and for these fleets alone', () => {
    const of = (name: string) => named(name).trust;
    expect(of('landbridge-applier')).toEqual([
      {
        principal: { arn: 'arn:aws:iam::111122223333:root' },
        conditions: {
          StringEquals: { 'sts:ExternalId': ['landbridge:payments'] },
          ArnEquals: { 'aws:PrincipalArn': [functionsThat('apply-plan')] },
        },
      },
    ]);
    expect(
      of('landbridge-observer')[0]?.conditions?.['ArnEquals']?.['aws:PrincipalArn']?.toString().split(',').toSorted(),
    ).toEqual(['admit-member', 'look', 'prove', 'prove-moved', 'sweep-fleet'].map(functionsThat));
  });

  test('an operator who is named may look, with the fleets’ names too, and nothing else', () => {
    const [observer, ...others] = rolesWithOperators.toSorted(
      (a, b) => Number(b.name === 'landbridge-observer') - Number(a.name === 'landbridge-observer'),
    );
    if (observer === undefined) throw new Error('there is no observer');
    expect(observer.trust).toHaveLength(1);
    expect(observer.trust[0]?.conditions).toMatchObject({
      StringEquals: { 'sts:ExternalId': ['landbridge:payments'] },
      ArnEquals: { 'aws:PrincipalArn': expect.arrayContaining([OLGA, functionsThat('look')]) as string[] },
    });
    expect(JSON.stringify(others)).not.toContain('olga');
    const alone = actionsOf(named('landbridge-observer'));
    expect(
      actionsOf(observer)
        .filter((action) => !alone.includes(action))
        .toSorted(),
      'what a doctor asks',
    ).toEqual([
      'cloudtrail:DescribeTrails',
      'cloudtrail:GetEventSelectors',
      'cloudtrail:GetTrailStatus',
      'ec2:DescribeRegions',
      'iam:GetRole',
      'lambda:GetAccountSettings',
      'route53:GetHostedZoneCount',
      'servicequotas:ListAWSDefaultServiceQuotas',
      'servicequotas:ListServiceQuotas',
    ]);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { arn: OLGA,                                                          is: true,  why: 'a role, with its path' },
    { arn: 'arn:aws:iam::111122223333:user/olga',                         is: true,  why: 'a user' },
    { arn: 'arn:aws:iam::222233334444:role/olga',                         is: false, why: 'of another account, from where no fleet is reached' },
    { arn: 'arn:aws:iam::111122223333:root',                              is: false, why: 'everybody' },
    { arn: 'arn:aws:iam::111122223333:role/*',                            is: false, why: 'a pattern' },
    { arn: 'arn:aws:iam::111122223333:role/ol?a',                         is: false, why: 'a pattern' },
    { arn: 'arn:aws:sts::111122223333:assumed-role/olga/me',              is: false, why: 'a session, which ends' },
    { arn: '111122223333',                                                is: false, why: 'no ARN' },
  ])('$arn may be an operator: $is, $why', ({ arn, is }) => {
    expect(isOperatorOf(deployed.account, arn)).toBe(is);
  });

  test('VPCs are joined with those of the fleets’ accounts, and no others', () => {
    const further = memberRolesOf({ ...member, peers: ['333344445555'] }).find(
      ({ name }) => name === 'landbridge-applier',
    );
    const text = JSON.stringify(further?.statements);
    for (const key of ['ec2:AccepterVpc', 'ec2:RequesterVpc'])
      expect(text).toContain(
        `"${key}":["arn:aws:ec2:*:{account}:vpc/*","arn:aws:ec2:*:111122223333:vpc/*","arn:aws:ec2:*:333344445555:vpc/*"]`,
      );
    const alone = JSON.stringify(rolesOf(deployed));
    expect(alone, 'a fleet of one account').toContain('"ec2:AccepterVpc":"arn:aws:ec2:*:{account}:vpc/*"');
  });
});

describe('merged', () => {
  const one = (action: string, resource: string, more: Partial<Permission> = {}): Permission => ({
    actions: [action],
    resources: [resource],
    ...more,
  });
  const pairs = (of: Iterable<Permission>): readonly string[] =>
    [
      ...new Set(
        [...of].flatMap(({ actions, resources, conditions }) =>
          actions.flatMap((action) => resources.map((resource) => JSON.stringify([action, resource, conditions]))),
        ),
      ),
    ].toSorted();

  test('says neither more nor less than what it is made of', () => {
    const all = roles.flatMap(({ statements: of }) => Object.values(of));
    const made = Object.values(merged(all));
    expect(pairs(made)).toEqual(pairs(all));
    expect(made.length).toBeLessThan(all.length);
  });

  test('takes together the resources of an action, and the actions of the same resources', () => {
    const conditions = { Null: { 'aws:ResourceTag/x': 'false' } };
    expect(
      merged([
        one('ec2:A', 'r1'),
        one('ec2:A', 'r2'),
        one('ec2:B', 'r2'),
        one('ec2:B', 'r1'),
        one('ec2:C', 'r1'),
        one('ec2:A', 'r1', { conditions }),
      ]),
    ).toEqual({
      Ec2A: { actions: ['ec2:A', 'ec2:B'], resources: ['r1', 'r2'] },
      Ec2C: { actions: ['ec2:C'], resources: ['r1'] },
      Ec2A2: { actions: ['ec2:A'], resources: ['r1'], conditions },
    });
  });
});
