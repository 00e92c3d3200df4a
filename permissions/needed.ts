import { kinds } from '../control-plane/kinds/index.ts';
import { agentArn, describes, ec2Arn } from '../control-plane/kinds/permission-scopes.ts';
import { APPLIER_ROLE, OBSERVER_ROLE } from '../control-plane/model/accounts.ts';
import type { Permission } from '../control-plane/model/permission.ts';
import type { Need } from '../handlers/needs.ts';
import { RESUMED } from '../handlers/runtime/abandoned.ts';
import type { Deployed } from './role.ts';

const kindsRead = [...kinds.values()].flatMap(({ permissions }) => permissions.read);
const kindsWrite = [...kinds.values()].flatMap(({ permissions }) => permissions.write);

/** The state table in home, where alone the control plane reads and writes it. */
export const tableAtHome = ({ table }: Deployed): string => `arn:aws:dynamodb:{home}:{account}:table/${table}`;
export const machineArn = (workflow: string): string =>
  `arn:aws:states:{home}:{account}:stateMachine:landbridge-${workflow}`;

const admission: readonly Permission[] = [
  describes('Vpcs', 'AvailabilityZones', 'VpcEndpointServices', 'RouteTables', 'Subnets'),
  { actions: ['ec2:DescribeVpcAttribute'], resources: [ec2Arn('vpc')] },
  {
    actions: ['acm:ListCertificates'],
    resources: ['*'],
    because: 'Certificate Manager defines no resource type for the list of certificates',
  },
];

/** Needs that take calls to members' own accounts. */
const LOOKS_AT_MEMBERS: ReadonlySet<Need> = new Set(['surveys', 'endpoints', 'admission', 'probes']);

/** What a function becomes in a member's account, if it has anything to do there. */
export function memberRoleFor(needs: readonly Need[]): string | undefined {
  if (needs.includes('writes')) return APPLIER_ROLE;
  return needs.some((need) => LOOKS_AT_MEMBERS.has(need)) ? OBSERVER_ROLE : undefined;
}

/** Kinds whose targets lie where the member lives. */
const membersKinds = [...kinds.values()].filter(({ isControlPlanes }) => isControlPlanes !== true);

/** What those roles may do there. */
export const observes = (deployed: Deployed): readonly Permission[] => [
  ...membersKinds.flatMap(({ permissions }) => permissions.read),
  ...permissionsFor('admission', deployed),
  ...permissionsFor('probes', deployed),
];
/** What an operator's doctor asks there besides: which Regions are open, what quotas allow, who tells of calls, and whom the other role lets in. */
export const examines: readonly Permission[] = [
  describes('Regions'),
  {
    actions: ['servicequotas:ListServiceQuotas', 'servicequotas:ListAWSDefaultServiceQuotas'],
    resources: ['*'],
    because: 'Service Quotas defines no resource type for the lists of quotas',
  },
  {
    actions: ['lambda:GetAccountSettings'],
    resources: ['*'],
    because: 'Lambda defines no resource type for the settings of an account',
  },
  {
    actions: ['route53:GetHostedZoneCount'],
    resources: ['*'],
    because: 'Route 53 defines no resource type for the number of zones',
  },
  {
    actions: ['cloudtrail:DescribeTrails'],
    resources: ['*'],
    because: 'CloudTrail defines no resource type for the list of trails',
  },
  // An organization's trail is of its management account.
  {
    actions: ['cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
    resources: ['arn:aws:cloudtrail:*:*:trail/*'],
  },
  { actions: ['iam:GetRole'], resources: [`arn:aws:iam::{account}:role/${APPLIER_ROLE}`] },
];
export const applies: readonly Permission[] = membersKinds.flatMap(({ permissions }) => permissions.write);

/** What has to be allowed for a need. */
export function permissionsFor(need: Need, deployed: Deployed): readonly Permission[] {
  const onTable = (...actions: readonly string[]): Permission => ({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableAtHome(deployed)],
  });
  switch (need) {
    case 'notes':
      return [onTable('BatchWriteItem')];
    // DynamoDB's transactions have no actions of their own: each item's counts.
    case 'members':
      return [onTable('UpdateItem', 'PutItem')];
    case 'moves':
      return [onTable('PutItem', 'ConditionCheckItem')];
    case 'farewells':
    case 'ways back':
    case 'interruptions':
      return [onTable('DeleteItem')];
    case 'incidents':
      return [
        onTable('PutItem', 'ConditionCheckItem', 'DeleteItem', 'BatchWriteItem'),
        { actions: ['sns:Publish'], resources: ['arn:aws:sns:{home}:{account}:landbridge-incidents'] },
      ];
    case 'leases':
      return [onTable('UpdateItem', 'ConditionCheckItem', 'PutItem')];
    case 'turns':
      return [onTable('UpdateItem')];
    case 'executions':
      return [
        {
          actions: ['states:DescribeExecution'],
          resources: ['arn:aws:states:{home}:{account}:execution:landbridge-*:*'],
        },
      ];
    case 'stops resumed joins':
      return [
        {
          actions: ['states:StopExecution'],
          resources: [`arn:aws:states:{home}:{account}:execution:landbridge-onboard-region:${RESUMED}*`],
        },
      ];
    case 'events':
      return [{ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:{home}:{account}:landbridge-unanswered'] }];
    case 'probes':
      return [{ actions: ['lambda:InvokeFunction'], resources: [agentArn('probe')] }];
    case 'surveys':
      return kindsRead;
    case 'endpoints':
      return kinds.get('endpoint')?.permissions.read ?? [];
    case 'admission':
      return admission;
    case 'writes':
      return kindsWrite;
    case 'start reconcile':
      return [{ actions: ['states:StartExecution'], resources: [machineArn('reconcile')] }];
    case 'start repair':
      return [{ actions: ['states:StartExecution'], resources: [machineArn('repair')] }];
  }
}
