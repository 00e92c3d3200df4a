import type { FunctionConfiguration, Runtime, VpcConfig } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { type AwsCall, type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { type Drift, difference } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { markOf, tagsOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import type { Permission } from '../model/permission.ts';
import { keyOf } from '../model/target.ts';
import { isLeaving } from './ec2-lists.ts';
import type { Change, Place, Removal } from './kind.ts';

/*
 * What kinds of Lambda functions have in common: the fleet's own, and its agents'. Both are seen in one ListFunctions.
 */

export const FunctionSettings = z.object({
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
type Settings = z.infer<typeof FunctionSettings>;

export interface ObservedFunction extends Omit<Settings, 'environment'> {
  readonly arn: string;
  /**
   * Each variable's name, and a fingerprint of what it holds. What a survey saw goes into plans, intents and the journal,
   * which is kept for ever: whatever somebody has put into a variable does not.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** By its description, or by the journal. */
  readonly isOurs: boolean;
  readonly architecture: string;
  /** Where it stands; in no subnet, outside of every VPC. */
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

export const functionsList: Permission = {
  actions: ['lambda:ListFunctions'],
  resources: ['*'],
  because: 'Lambda defines no resource type for the list of functions',
};

/** Why a function is not ours, though it has the name of one. */
export const foreignFunction = ({ arn, description }: ObservedFunction): string =>
  `${arn} (“${description}”) has the name of a function of the fleet and is not the fleet's: rename it or delete it`;

/** Variables as they may be told: no value, and the same text for the same value. */
const toldApart = (variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, `fingerprint ${fingerprint(value)}`]));

const observe = (found: FunctionConfiguration, arn: string, isOurs: boolean): ObservedFunction => ({
  arn,
  isOurs,
  codeSha256: found.CodeSha256 ?? '',
  handler: found.Handler ?? '',
  runtime: found.Runtime ?? '',
  role: found.Role ?? '',
  memoryMb: found.MemorySize ?? 0,
  timeoutSeconds: found.Timeout ?? 0,
  description: found.Description ?? '',
  environment: toldApart(found.Environment?.Variables ?? {}),
  architecture: found.Architectures?.[0] ?? 'x86_64',
  subnetIds: (found.VpcConfig?.SubnetIds ?? []).toSorted(),
  securityGroupIds: (found.VpcConfig?.SecurityGroupIds ?? []).toSorted(),
});

/** The functions of one kind in a Region, by the names of their targets: `functionNames` has each one's name at Lambda. */
export function* surveyFunctions(
  place: Place,
  kind: string,
  functionNames: ReadonlyMap<string, string>,
): Dialogue<ReadCall, ReadonlyMap<string, ObservedFunction>> {
  const { region, declared } = place;
  const pages = yield* allPages(
    (Marker: string | undefined) => read(region, 'lambda', 'listFunctions', { Marker }),
    ({ NextMarker }) => NextMarker,
  );
  const byName = new Map(pages.flatMap(({ Functions = [] }) => Functions.map((found) => [found.FunctionName, found])));
  const observed = new Map<string, ObservedFunction>();
  for (const [name, functionName] of functionNames) {
    const found = byName.get(functionName);
    if (found?.FunctionArn === undefined) continue;
    const key = keyOf(kind, name);
    const isOurs = found.Description === markOf(declared.fleet.name, key) || place.known(key) === found.FunctionArn;
    // A namesake is in the way of ours only while ours is wanted.
    if (isOurs || !isLeaving(place)) observed.set(name, observe(found, found.FunctionArn, isOurs));
  }
  return observed;
}

type Impacts = Readonly<Record<keyof Settings, Drift['impact']>>;

/** What of a function's code and settings differs; of its environment, which variables. */
export const functionDrift = (desired: Settings, observed: ObservedFunction, impacts: Impacts): Drift[] =>
  Object.entries(impacts).flatMap(([name, impact]) => {
    const field = name as keyof Settings;
    if (field !== 'environment') return difference(field, desired[field], observed[field], impact);
    const wanted = toldApart(desired.environment);
    const variables = Object.keys({ ...wanted, ...observed.environment }).toSorted();
    return variables.flatMap((variable) =>
      difference(`${field}.${variable}`, wanted[variable], observed.environment[variable], impact),
    );
  });

type DesiredFunction = Settings & { readonly functionName: string };

/** What only some functions are made with. Left out: Lambda's own default. */
interface Particulars {
  readonly architecture?: 'arm64';
  readonly vpc?: VpcConfig;
}

/**
 * Makes a function, or changes what drifted of it.
 *
 * Faults  Conflict while an earlier update is still under way. ListFunctions does not tell (it leaves out State and
 *         LastUpdateStatus, and asking function by function is what a survey may not do): the next round tries again
 * Source  docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html, API_UpdateFunctionCode.html
 */
export function* applyFunction(
  change: Change<DesiredFunction, ObservedFunction>,
  { architecture, vpc }: Particulars = {},
): Dialogue<AwsCall, void> {
  const { desired, observed, drift, place, key, artefact } = change;
  const { region, declared } = place;
  const { functionName: FunctionName, codeSha256 } = desired;
  const Architectures = architecture === undefined ? undefined : [architecture];
  const configuration = {
    FunctionName,
    Description: desired.description,
    Handler: desired.handler,
    Runtime: desired.runtime as Runtime,
    Role: desired.role,
    MemorySize: desired.memoryMb,
    Timeout: desired.timeoutSeconds,
    Environment: { Variables: desired.environment },
    ...(vpc !== undefined && { VpcConfig: vpc }),
  };
  if (observed === undefined)
    yield* write(region, 'lambda', 'createFunction', {
      ...configuration,
      ...(Architectures !== undefined && { Architectures }),
      Code: { ZipFile: artefact(codeSha256) },
      Tags: tagsOf(declared.fleet.name, key),
    });
  // One of the two a round: while the first is under way Lambda refuses the second.
  else if (drift.some(({ field }) => field === 'codeSha256' || field === 'architecture'))
    yield* write(region, 'lambda', 'updateFunctionCode', {
      FunctionName,
      ZipFile: artefact(codeSha256),
      ...(Architectures !== undefined && { Architectures }),
    });
  else yield* write(region, 'lambda', 'updateFunctionConfiguration', configuration);
}

/** Deletes a function of ours; its URL, its policy and its settings go with it. */
export function* removeFunction({ observed, place }: Removal<ObservedFunction>): Dialogue<AwsCall, void> {
  if (!observed.isOurs) throw new Fault('Conflict', foreignFunction(observed));
  yield* writeUnlessAbsent(place.region, 'lambda', 'deleteFunction', { FunctionName: observed.arn });
}
