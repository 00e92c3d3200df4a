import type { FunctionCodeLocation, Lambda } from '@aws-sdk/client-lambda';
import type { Operations } from '../../service.ts';
import { configuration, isChanging, isPending, listedConfiguration } from './configuration.ts';
import {
  conflict,
  findFunction,
  findVersion,
  functionArn,
  functionName,
  invalidValue,
  LATEST,
  type LambdaCall,
  paged,
  refuseStale,
} from './naming.ts';
import { packageOf } from './package.ts';
import { endSession } from './session.ts';
import { settingsFrom } from './settings.ts';
import type { FunctionVersion, LambdaFunction, LambdaState } from './state.ts';
import { publish } from './versions.ts';

/** Functions: made, read, changed and deleted. A change takes `timings.functionActiveMs`; until then the function runs as before. */
export const functionOperations = {
  CreateFunction(input, call) {
    const { name } = functionName(input.FunctionName);
    const settings = settingsFrom(input, {}, call);
    const code = packageOf(input.Code ?? {});
    if (call.state.functions.has(name)) throw conflict(`Function already exist: ${name}`);
    const latest: FunctionVersion = {
      version: LATEST,
      description: input.Description ?? '',
      settings,
      code,
      revisionId: call.world.random.uuid(),
      modifiedAtMs: call.nowMs,
      change: 'created',
    };
    const made: LambdaFunction = {
      name,
      arn: functionArn(call.place, name),
      tags: new Map(Object.entries(input.Tags ?? {})),
      latest,
      superseded: undefined,
      versions: new Map(),
      nextVersion: 1,
      aliases: new Map(),
      policies: new Map(),
      asyncConfigs: new Map(),
      urls: new Map(),
      reservedConcurrency: undefined,
      running: 0,
      hostCode: undefined,
      session: undefined,
    };
    call.state.functions.set(name, made);
    const shown = input.Publish === true ? publish(made, latest, undefined, call) : latest;
    return configuration(made, shown, call);
  },

  GetFunction(input, call) {
    const { found, version, qualifier } = findVersion(call, input.FunctionName, input.Qualifier);
    return {
      Configuration: configuration(found, version, call, qualifier),
      Code: codeLocation(found, version, call),
      ...(found.tags.size > 0 && { Tags: Object.fromEntries(found.tags) }),
      ...(found.reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: found.reservedConcurrency },
      }),
    };
  },

  GetFunctionConfiguration(input, call) {
    const { found, version, qualifier } = findVersion(call, input.FunctionName, input.Qualifier);
    return configuration(found, version, call, qualifier);
  },

  ListFunctions(input, call) {
    if (input.MasterRegion !== undefined && input.MasterRegion !== 'ALL')
      throw invalidValue('MasterRegion is not simulated: Lambda@Edge replicas are not');
    const all = [...call.state.functions.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const listed =
      input.FunctionVersion === 'ALL'
        ? all.flatMap((found) => [found.latest, ...found.versions.values()].map((version) => ({ found, version })))
        : all.map((found) => ({ found, version: found.latest }));
    const { page, next } = paged(listed, input.Marker, input.MaxItems);
    return {
      Functions: page.map(({ found, version }) =>
        listedConfiguration(found, version, input.FunctionVersion === 'ALL' ? version.version : undefined),
      ),
      ...next,
    };
  },

  UpdateFunctionCode(input, call) {
    const found = findFunction(call, input.FunctionName);
    refuseStale(input.RevisionId, found.latest.revisionId);
    refuseWhileChanging(found, call);
    const code = packageOf(input);
    const { latest } = found;
    const settings = {
      ...latest.settings,
      ...(input.Architectures !== undefined && { architectures: input.Architectures }),
    };
    if (input.DryRun === true) return configuration(found, { ...latest, settings, code }, call);
    change(found, { ...latest, settings, code }, call);
    const shown = input.Publish === true ? publish(found, found.latest, undefined, call) : found.latest;
    return configuration(found, shown, call);
  },

  UpdateFunctionConfiguration(input, call) {
    const found = findFunction(call, input.FunctionName);
    refuseStale(input.RevisionId, found.latest.revisionId);
    refuseWhileChanging(found, call);
    const { latest } = found;
    const settings = settingsFrom(input, latest.settings, call);
    if (settings.roleArn !== latest.settings.roleArn) endSession(found, call.world);
    change(found, { ...latest, settings, description: input.Description ?? latest.description }, call);
    return configuration(found, found.latest, call);
  },

  DeleteFunction(input, call) {
    const { qualifier } = functionName(input.FunctionName, input.Qualifier);
    const found = findFunction(call, input.FunctionName, input.Qualifier);
    if (qualifier === undefined) {
      endSession(found, call.world);
      call.state.functions.delete(found.name);
      return { StatusCode: 204 };
    }
    if (qualifier === LATEST || found.aliases.has(qualifier))
      throw invalidValue('$LATEST version cannot be deleted without deleting the function.');
    const users = [...found.aliases.values()].filter(({ version }) => version === qualifier);
    if (users.length > 0)
      throw conflict(
        `Unable to delete version because the following aliases reference it: [${users.map(({ name }) => name).join(', ')}]`,
      );
    found.versions.delete(qualifier);
    return { StatusCode: 204 };
  },
} satisfies Operations<Lambda, LambdaState>;

function refuseWhileChanging({ latest, arn }: LambdaFunction, call: LambdaCall): void {
  if (isPending(latest, call))
    throw conflict(
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
  if (isChanging(latest, call))
    throw conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${arn}`);
}

function change(found: LambdaFunction, to: FunctionVersion, { nowMs, world }: LambdaCall): void {
  found.superseded = found.latest;
  found.latest = { ...to, revisionId: world.random.uuid(), modifiedAtMs: nowMs, change: 'updated' };
}

/** Where Lambda would let the package be downloaded from. The form is Lambda's; nothing answers there. */
const codeLocation = (
  { name }: LambdaFunction,
  { code }: FunctionVersion,
  { place }: LambdaCall,
): FunctionCodeLocation => ({
  RepositoryType: 'S3',
  Location: `https://awslambda-${place.region}-tasks.s3.${place.region}.amazonaws.com/snapshots/${place.account}/${name}?versionId=${encodeURIComponent(code.sha256)}`,
});
