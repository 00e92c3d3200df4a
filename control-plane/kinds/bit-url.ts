import { z } from 'zod';
import { agentFunction } from '../model/agents.ts';
import { answered, type Dialogue, type ReadCall, readOrAbsent, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { agentName } from './agent.ts';
import { isProven } from './ec2-lists.ts';
import { grant, type Permission, permissionsMissing, statementsOf } from './function-policy.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import { agentArn } from './permission-scopes.ts';

const Desired = z.object({ functionArn: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedBitUrl {
  /** 'abcdef0123.lambda-url.eu-west-1.on.aws' */
  readonly host: string;
  readonly authType: string;
  readonly permissionsMissing: readonly string[];
}

/** Route 53's checkers sign nothing: everybody is let in, and learns one bit. */
const PUBLIC = 'NONE';
const EVERYBODY: readonly Permission[] = [
  { statementId: 'landbridge-url', action: 'lambda:InvokeFunctionUrl', principal: '*', byUrl: true },
  { statementId: 'landbridge-url-invoke', action: 'lambda:InvokeFunction', principal: '*', byUrl: true },
];

const functionNameIn = ({ declared }: Place): string => agentFunction(declared.fleet.name, 'bit');

/** 'https://abcdef0123.lambda-url.eu-west-1.on.aws/': its host. */
const hostIn = (url: string): string => url.replace(/^https:\/\//, '').replace(/\/.*$/, '');

/**
 * Where a serving member's health bit is asked from outside: the URL of its function, open to everybody.
 *
 * Desired   a URL without authorisation, and the two permissions that public access takes
 * Observed  its host name, which Lambda chooses, and whether everybody is let in; nothing of it is read where the member's
 *           own prober has just got a good answer there
 * Faults    Conflict while the function is still being made
 * Source    docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: since October 2025 lambda:InvokeFunction is needed besides
 *           lambda:InvokeFunctionUrl
 */
export const bitUrl: Kind<Desired, ObservedBitUrl> = {
  name: 'bit-url',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [{ actions: ['lambda:GetFunctionUrlConfig', 'lambda:GetPolicy'], resources: [agentArn('bit')] }],
    write: [
      {
        actions: ['lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'],
        resources: [agentArn('bit')],
        conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': PUBLIC } },
      },
      {
        actions: ['lambda:AddPermission'],
        resources: [agentArn('bit')],
        conditions: { StringEquals: { 'lambda:Principal': '*' } },
      },
      {
        actions: ['lambda:GetPolicy', 'lambda:RemovePermission', 'lambda:DeleteFunctionUrlConfig'],
        resources: [agentArn('bit')],
      },
    ],
  },

  *targets(declared) {
    for (const { region } of servingMembers(declared))
      yield memberTarget<Desired>('bit-url', region, { functionArn: ref('agent', agentName(region, 'bit'), 'id') });
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedBitUrl>> {
    const { region } = place;
    const known = place.known(keyOf('bit-url', region));
    if (known !== undefined && isProven(place, 'bit'))
      return new Map([[region, { host: known, authType: PUBLIC, permissionsMissing: [] }]]);
    const FunctionName = functionNameIn(place);
    const found = yield* readOrAbsent(region, 'lambda', 'getFunctionUrlConfig', { FunctionName });
    if (found?.FunctionUrl === undefined) return new Map();
    const statements = yield* statementsOf(region, FunctionName);
    const observed = {
      host: hostIn(found.FunctionUrl),
      authType: found.AuthType ?? '',
      permissionsMissing: permissionsMissing(statements, EVERYBODY),
    };
    return new Map([[region, observed]]);
  },

  attributes: ({ host }) => ({ id: host, host }),

  diff({ functionArn }, observed) {
    if (observed === undefined) return missing(`a URL of ${functionArn}`, 'risk');
    return [
      ...difference('authType', PUBLIC, observed.authType, 'risk'),
      ...difference('permissionsMissing', [], observed.permissionsMissing, 'risk'),
    ];
  },

  *apply({ desired: { functionArn: FunctionName }, observed, place: { region } }) {
    // Permissions outlive a URL that somebody took away.
    const lacking =
      observed?.permissionsMissing ?? permissionsMissing(yield* statementsOf(region, FunctionName), EVERYBODY);
    for (const permission of EVERYBODY)
      if (lacking.includes(permission.statementId)) yield* grant(region, FunctionName, permission);
    if (observed === undefined) {
      const made = yield* write(region, 'lambda', 'createFunctionUrlConfig', { FunctionName, AuthType: PUBLIC });
      return { id: hostIn(answered(made.FunctionUrl, 'createFunctionUrlConfig')) };
    }
    if (observed.authType !== PUBLIC)
      yield* write(region, 'lambda', 'updateFunctionUrlConfig', { FunctionName, AuthType: PUBLIC });
    return { id: observed.host };
  },

  /** The permissions stay behind, and go with the function. */
  *remove({ place }) {
    yield* writeUnlessAbsent(place.region, 'lambda', 'deleteFunctionUrlConfig', {
      FunctionName: functionNameIn(place),
    });
  },
};
