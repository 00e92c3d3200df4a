import { z } from 'zod';
import { accountAt, roleIn } from '../model/accounts.ts';
import { type Drift, missing } from '../model/drift.ts';
import { markOf } from '../model/ownership.ts';
import { keyOf } from '../model/target.ts';
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
import { memberTarget, servingMembers } from './member-target.ts';
import { functionArn, ownedByAFleet, passes, taggedAtCreation } from './permission-scopes.ts';

const Desired = FunctionSettings.extend({ functionName: z.string() });
type Desired = z.infer<typeof Desired>;

/** What callers lose while a setting is wrong. The code and how it runs is the API; the rest is how well. */
const impacts: Record<keyof typeof FunctionSettings.shape, Drift['impact']> = {
  codeSha256: 'outage',
  handler: 'outage',
  runtime: 'outage',
  role: 'outage',
  environment: 'risk',
  memoryMb: 'risk',
  timeoutSeconds: 'risk',
  description: 'none',
};

const fleetsFunctions = functionArn('landbridge-*-*');
const functionNameOf = (fleet: string, name: string): string => `landbridge-${fleet}-${name}`;

/**
 * A Lambda function of the fleet, in one serving Region.
 *
 * Desired   code, by the SHA-256 that Lambda reports, and settings
 * Observed  the same as one ListFunctions has them, for the names the fleet uses
 * Faults    Conflict while an earlier update is still under way: the next round tries again
 * Source    docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html, API_UpdateFunctionCode.html
 */
export const functionKind: Kind<Desired, ObservedFunction> = {
  name: 'function',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [functionsList],
    write: [
      {
        actions: ['lambda:CreateFunction', 'lambda:TagResource'],
        resources: [fleetsFunctions],
        conditions: taggedAtCreation,
      },
      {
        actions: ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:DeleteFunction'],
        resources: [fleetsFunctions],
        // The control plane's own functions have such names too, and not this tag.
        conditions: ownedByAFleet,
      },
      passes(['landbridge-*-function'], 'lambda.amazonaws.com'),
    ],
  },

  *targets(declared) {
    const { fleet } = declared;
    for (const { region } of servingMembers(declared))
      for (const [name, { environment, ...settings }] of Object.entries(fleet.functions))
        yield memberTarget<Desired>(
          'function',
          region,
          {
            ...settings,
            functionName: functionNameOf(fleet.name, name),
            role: roleIn(accountAt(declared, region), fleet.roles.function),
            environment: { LANDBRIDGE_FLEET: fleet.name, ...environment },
            description: markOf(fleet.name, keyOf('function', `${region}/${name}`)),
          },
          `${region}/${name}`,
        );
  },

  *survey(place) {
    const { region, declared } = place;
    const { name: fleet, functions } = declared.fleet;
    const names = Object.keys(functions).map((name) => [`${region}/${name}`, functionNameOf(fleet, name)] as const);
    return yield* surveyFunctions(place, 'function', new Map(names));
  },

  // From the start, not only once it is active: a name in an integration need not answer yet.
  attributes: ({ arn }) => ({ id: arn }),

  conflict: (_, observed) => (observed.isOurs ? undefined : foreignFunction(observed)),

  diff: (desired, observed) =>
    observed === undefined ? missing(desired.functionName) : functionDrift(desired, observed, impacts),

  *apply(change) {
    yield* applyFunction(change);
  },

  *remove(removal) {
    yield* removeFunction(removal);
  },
};
