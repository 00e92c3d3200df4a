import type { Runtime } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { type AwsCall, type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { type Drift, difference, missing } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import { markOf, tagsOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { keyOf } from '../model/target.ts';
import { isLeaving } from './ec2-lists.ts';
import type { Kind } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';

const Settings = z.object({
  codeSha256: z.string(),
  handler: z.string(),
  runtime: z.string(),
  role: z.string(),
  memoryMb: z.int(),
  timeoutSeconds: z.int(),
  environment: z.record(z.string(), z.string()),
  /** Whose it is: lists of functions come without tags. */
  description: z.string(),
});
const Desired = Settings.extend({ functionName: z.string() });
type Desired = z.infer<typeof Desired>;

/** `isOurs`: by its description, or by the journal. */
export type ObservedFunction = z.infer<typeof Settings> & { readonly arn: string; readonly isOurs: boolean };

/** What callers lose while a setting is wrong. The code and how it runs is the API; the rest is how well. */
const impacts: Record<keyof typeof Settings.shape, Drift['impact']> = {
  codeSha256: 'outage',
  handler: 'outage',
  runtime: 'outage',
  role: 'outage',
  environment: 'risk',
  memoryMb: 'risk',
  timeoutSeconds: 'risk',
  description: 'none',
};

const foreignFunction = ({ arn, description }: ObservedFunction): string =>
  `${arn} (“${description}”) has the name of a function of the fleet and is not the fleet's: rename it or delete it`;

const functionNameOf = (fleet: string, name: string): string => `landbridge-${fleet}-${name}`;

/**
 * A Lambda function of the fleet, in one serving Region.
 *
 * Desired   code, by the SHA-256 that Lambda reports, and settings
 * Observed  the same as one ListFunctions has them, for the names the fleet uses
 * Faults    Conflict while an earlier update is still under way. ListFunctions does not tell (it leaves out State and
 *           LastUpdateStatus, and asking function by function is what a survey may not do): the next round tries again
 * Source    docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html, API_UpdateFunctionCode.html
 */
export const functionKind: Kind<Desired, ObservedFunction> = {
  name: 'function',
  dependsOn: [],
  desired: Desired,

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
            role: fleet.roles.function,
            environment: { LANDBRIDGE_FLEET: fleet.name, ...environment },
            description: markOf(fleet.name, keyOf('function', `${region}/${name}`)),
          },
          `${region}/${name}`,
        );
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedFunction>> {
    const { region, declared } = place;
    const { fleet } = declared;
    const pages = yield* allPages(
      (Marker: string | undefined) => read(region, 'lambda', 'listFunctions', { Marker }),
      ({ NextMarker }) => NextMarker,
    );
    const byName = new Map(
      pages.flatMap(({ Functions = [] }) => Functions.map((found) => [found.FunctionName, found])),
    );
    const observed = new Map<string, ObservedFunction>();
    for (const name of Object.keys(fleet.functions)) {
      const found = byName.get(functionNameOf(fleet.name, name));
      if (found?.FunctionArn === undefined) continue;
      const key = keyOf('function', `${region}/${name}`);
      const isOurs = found.Description === markOf(fleet.name, key) || place.known(key) === found.FunctionArn;
      // Somebody else's is in the way of ours only while ours is wanted.
      if (!isOurs && isLeaving(place)) continue;
      observed.set(`${region}/${name}`, {
        arn: found.FunctionArn,
        isOurs,
        codeSha256: found.CodeSha256 ?? '',
        handler: found.Handler ?? '',
        runtime: found.Runtime ?? '',
        role: found.Role ?? '',
        memoryMb: found.MemorySize ?? 0,
        timeoutSeconds: found.Timeout ?? 0,
        description: found.Description ?? '',
        environment: found.Environment?.Variables ?? {},
      });
    }
    return observed;
  },

  // From the start, not only once it is active: a name in an integration need not answer yet.
  attributes: ({ arn }) => ({ id: arn }),

  conflict: (_, observed) => (observed.isOurs ? undefined : foreignFunction(observed)),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.functionName);
    return Object.entries(impacts).flatMap(([name, impact]) => {
      const field = name as keyof typeof impacts;
      return difference(field, desired[field], observed[field], impact);
    });
  },

  *apply({ desired, observed, drift, place, key, artefact }): Dialogue<AwsCall, void> {
    const { region, declared } = place;
    const { functionName: FunctionName, codeSha256 } = desired;
    const configuration = {
      FunctionName,
      Description: desired.description,
      Handler: desired.handler,
      Runtime: desired.runtime as Runtime,
      Role: desired.role,
      MemorySize: desired.memoryMb,
      Timeout: desired.timeoutSeconds,
      Environment: { Variables: desired.environment },
    };
    if (observed === undefined)
      yield* write(region, 'lambda', 'createFunction', {
        ...configuration,
        Code: { ZipFile: artefact(codeSha256) },
        Tags: tagsOf(declared.fleet.name, key),
      });
    // One of the two a round: while the first is under way Lambda refuses the second.
    else if (drift.some(({ field }) => field === 'codeSha256'))
      yield* write(region, 'lambda', 'updateFunctionCode', { FunctionName, ZipFile: artefact(codeSha256) });
    else yield* write(region, 'lambda', 'updateFunctionConfiguration', configuration);
  },

  *remove({ observed, place }): Dialogue<AwsCall, void> {
    if (!observed.isOurs) throw new Fault('Conflict', foreignFunction(observed));
    yield* writeUnlessAbsent(place.region, 'lambda', 'deleteFunction', { FunctionName: observed.arn });
  },
};
