import { z } from 'zod';
import { accountOf, isAbroad } from '../model/accounts.ts';
import { type AgentName, type AgentShape, agentFunction, agentNames, agentRole, agents } from '../model/agents.ts';
import { type Drift, difference, missing } from '../model/drift.ts';
import type { Fleet, Member } from '../model/fleet.ts';
import { markOf } from '../model/ownership.ts';
import { ref } from '../model/reference.ts';
import { STATE_TABLE, tableArnIn } from '../model/state-table.ts';
import { keyOf } from '../model/target.ts';
import { agentLogPermission, ensureAgentLog, removeAgentLog } from './agent-log.ts';
import { memberAt } from './ec2-lists.ts';
import type { Kind } from './kind.ts';
import {
  applyFunction,
  FunctionSettings,
  foreignFunction,
  functionDrift,
  functionsList,
  type ObservedFunction,
  removeFunction,
  surveyFunctions,
} from './lambda-functions.ts';
import { memberTarget } from './member-target.ts';
import { anyAgent, describes, passes, taggedAtCreation } from './permission-scopes.ts';
import { probeGroupName } from './security-group.ts';
import { subnetName } from './subnet.ts';

const Desired = FunctionSettings.extend({
  functionName: z.string(),
  subnetIds: z.array(z.string()),
  securityGroupIds: z.array(z.string()),
});
type Desired = z.infer<typeof Desired>;

const ARCHITECTURE = 'arm64';

/** Callers are served without agents: what is lost is the eye on them. */
const impacts: Record<keyof typeof FunctionSettings.shape, Drift['impact']> = {
  codeSha256: 'risk',
  handler: 'risk',
  runtime: 'risk',
  role: 'risk',
  environment: 'risk',
  memoryMb: 'risk',
  timeoutSeconds: 'risk',
  description: 'none',
};

export const agentName = (region: string, agent: AgentName): string => `${region}/${agent}`;

const agentsOf = ({ role }: Member): readonly AgentShape[] =>
  agents.filter(({ servingOnly }) => role === 'serving' || !servingOnly);

/** What an agent is told of where it stands: `handlers/runtime/runtime.ts` reads it. */
const environmentOf = (fleet: Fleet, member: Member): Readonly<Record<string, string>> => ({
  // DynamoDB takes an ARN for a table's name, and needs one where the table is somebody else's.
  LANDBRIDGE_TABLE: isAbroad(fleet, member) ? tableArnIn(fleet, member.region) : STATE_TABLE,
  LANDBRIDGE_HOME: fleet.home,
  LANDBRIDGE_ACCOUNT: fleet.account,
  LANDBRIDGE_FLEET: fleet.name,
  ...(fleet.standby !== undefined && { LANDBRIDGE_STANDBY: fleet.standby }),
});

/**
 * A function that watches over one member from where it stands: the prober inside its VPC, what keeps the beat and reports
 * outside of it, and in serving members the health bit.
 *
 * Desired   code, by the SHA-256 that Lambda reports, settings, and for the prober the member's subnets and a group of its own
 * Observed  the same as one ListFunctions has them, by the agents' names
 * Faults    Conflict while an earlier update is still under way: the next round tries again
 * Bounds    Lambda keeps the network interfaces of a prober for up to 20 minutes after it is gone: until then its subnets and
 *           its group cannot be deleted, and the offboarding asks again
 * Source    docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html,
 *           docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html (Architectures)
 */
export const agent: Kind<Desired, ObservedFunction> = {
  name: 'agent',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [functionsList],
    write: [
      { actions: ['lambda:CreateFunction', 'lambda:TagResource'], resources: [anyAgent], conditions: taggedAtCreation },
      // By name alone, which no function but an agent has: lists come without tags, and nobody would see that they are gone.
      {
        actions: ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:DeleteFunction'],
        resources: [anyAgent],
      },
      passes(
        agentNames.map((name) => `landbridge-${name}`),
        'lambda.amazonaws.com',
      ),
      agentLogPermission,
      // Lambda looks, in the name of whoever asked, at where a function is to stand.
      describes('Vpcs', 'Subnets', 'SecurityGroups'),
    ],
  },

  *targets({ fleet, members }) {
    for (const member of members) {
      const { region, zones } = member;
      const environment = environmentOf(fleet, member);
      const subnetIds = zones.map((zone) => ref('subnet', subnetName(member, zone), 'id'));
      const securityGroupIds = [ref('security-group', probeGroupName(region), 'id')];
      for (const { name, inVpc, memoryMb, timeoutSeconds } of agentsOf(member))
        yield memberTarget<Desired>(
          'agent',
          region,
          {
            functionName: agentFunction(fleet.name, name),
            codeSha256: fleet.agents.codeSha256,
            handler: `index.${name}`,
            runtime: 'nodejs24.x',
            role: agentRole(accountOf(fleet, member), name),
            memoryMb,
            timeoutSeconds,
            environment,
            description: markOf(fleet.name, keyOf('agent', agentName(region, name))),
            subnetIds: inVpc ? subnetIds : [],
            securityGroupIds: inVpc ? securityGroupIds : [],
          },
          agentName(region, name),
        );
    }
  },

  *survey(place) {
    const { region, declared } = place;
    const member = memberAt(place);
    if (member === undefined) return new Map();
    const names = agentsOf(member).map(
      ({ name }) => [agentName(region, name), agentFunction(declared.fleet.name, name)] as const,
    );
    return yield* surveyFunctions(place, 'agent', new Map(names));
  },

  attributes: ({ arn, isOurs }): Record<string, string> => (isOurs ? { id: arn } : {}),

  conflict: (_, observed) => (observed.isOurs ? undefined : foreignFunction(observed)),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.functionName, 'risk');
    return [
      ...functionDrift(desired, observed, impacts),
      ...difference('architecture', ARCHITECTURE, observed.architecture, 'risk'),
      ...difference('subnetIds', desired.subnetIds.toSorted(), observed.subnetIds, 'risk'),
      ...difference('securityGroupIds', desired.securityGroupIds.toSorted(), observed.securityGroupIds, 'risk'),
    ];
  },

  *apply(change) {
    const { functionName, subnetIds: SubnetIds, securityGroupIds: SecurityGroupIds } = change.desired;
    const { observed, drift, place } = change;
    if (observed === undefined || drift.some(({ field }) => field === 'codeSha256'))
      yield* ensureAgentLog(place.region, functionName);
    // Empty lists take a function out of whatever VPC somebody put it in.
    yield* applyFunction(change, { architecture: ARCHITECTURE, vpc: { SubnetIds, SecurityGroupIds } });
  },

  *remove(removal) {
    const { observed, place } = removal;
    const functionName = observed.arn.split(':').at(-1) ?? '';
    if (observed.isOurs) yield* removeAgentLog(place.region, functionName);
    yield* removeFunction(removal);
  },
};
