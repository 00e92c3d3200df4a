import { APPLIER_ROLE, externalIdOf, OBSERVER_ROLE } from '../control-plane/model/accounts.ts';
import { agentNames } from '../control-plane/model/agents.ts';
import { functions } from '../handlers/index.ts';
import { merged } from './merged.ts';
import { applies, examines, memberRoleFor, observes } from './needed.ts';
import type { RoleSpec, Trust } from './role.ts';
import { agentRole, buses, fleetRolesOf, onBehalfOf, roleNameOf, rolePlaced, SIGNAL_ROLE } from './roles.ts';

/** An account that has members and is not the control plane's. */
export interface MembersDeployed {
  /** The control plane's account. */
  readonly controlPlane: string;
  /** The one that the roles are made in. */
  readonly account: string;
  /** The fleets that may have members here, by name: for another nobody is let in. */
  readonly fleets: readonly string[];
  readonly home: string;
  readonly standby?: string | undefined;
  /** 'landbridge-state' */
  readonly table: string;
  /** Where else these fleets have members, besides here and the control plane: their VPCs may be joined with ours. */
  readonly peers?: readonly string[] | undefined;
  /** Who of the control plane's account may look besides, with a doctor and a plan: ARNs of its roles and users. */
  readonly operators?: readonly string[] | undefined;
}

/** Whether it is a role or a user of that account by its own ARN, and no pattern: sessions go by the ARN of their role. */
export function isOperatorOf(controlPlane: string, arn: string): boolean {
  const prefix = `arn:aws:iam::${controlPlane}:`;
  return arn.startsWith(prefix) && /^(role|user)\/[\w+=.@/-]+$/.test(arn.slice(prefix.length));
}

/**
 * Only these functions of the control plane, each under its own role, whoever else is named, and only for these fleets.
 *
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
 */
const forTheControlPlane = (
  role: string,
  { controlPlane, fleets }: MembersDeployed,
  operators: readonly string[] = [],
): readonly Trust[] => [
  {
    principal: { arn: `arn:aws:iam::${controlPlane}:root` },
    conditions: {
      StringEquals: { 'sts:ExternalId': fleets.map(externalIdOf) },
      ArnEquals: {
        'aws:PrincipalArn': [
          ...functions
            .filter(({ needs }) => memberRoleFor(needs) === role)
            .map(({ name }) => `arn:aws:iam::${controlPlane}:role/${roleNameOf(name)}`),
          ...operators,
        ],
      },
    },
  },
];

/**
 * Every role of an account that has members and is not the control plane's: what it looks at them and writes to them as, what
 * their agents run as, what hands their events on, and what their fleets' functions run as.
 */
export function memberRolesOf(deployed: MembersDeployed): readonly RoleSpec[] {
  const { controlPlane, account, fleets, home, standby, peers = [], operators = [] } = deployed;
  const roleArn = (name: string): string => `arn:aws:iam::${account}:role/landbridge-${name}`;
  const roles: readonly RoleSpec[] = [
    {
      name: OBSERVER_ROLE,
      description: 'The control plane looks at members that live here as this, and has their probes ask.',
      trust: forTheControlPlane(OBSERVER_ROLE, deployed, operators),
      // Functions have no use for what a doctor asks.
      statements: merged([...observes(deployed), ...(operators.length === 0 ? [] : examines)]),
    },
    {
      name: APPLIER_ROLE,
      description: 'The control plane makes, changes and removes what members that live here consist of as this.',
      trust: forTheControlPlane(APPLIER_ROLE, deployed),
      statements: merged(applies),
    },
    {
      name: SIGNAL_ROLE,
      description: "EventBridge hands events on to the control plane's bus as this.",
      trust: onBehalfOf('events.amazonaws.com', `arn:aws:events:*:${account}:rule/landbridge-*`, deployed),
      statements: merged([{ actions: ['events:PutEvents'], resources: buses }]),
    },
    ...agentNames.map((agent) => agentRole(agent, deployed)),
    ...fleets.flatMap((name) =>
      fleetRolesOf({
        name,
        roles: { function: roleArn(`${name}-function`), invoke: roleArn(`${name}-invoke`) },
      }),
    ),
  ];
  return roles.map((role) => rolePlaced(role, { home, standby, controlPlane, peers: [controlPlane, ...peers] }));
}
