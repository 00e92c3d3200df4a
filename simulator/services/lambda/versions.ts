import type { AliasConfiguration, Lambda } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { configuration, isChanging, listedConfiguration } from './configuration.ts';
import {
  conflict,
  findFunction,
  invalidValue,
  LATEST,
  type LambdaCall,
  paged,
  qualifiedArn,
  refuseStale,
  validation,
  versionOf,
} from './naming.ts';
import type { FunctionAlias, FunctionVersion, LambdaFunction, LambdaState } from './state.ts';

/** Published versions, which never change, and aliases, which point to them. */
export const versionOperations = {
  PublishVersion(input, call) {
    const found = findFunction(call, input.FunctionName);
    refuseStale(input.RevisionId, found.latest.revisionId);
    if (isChanging(found.latest, call))
      throw conflict(
        `The operation cannot be performed at this time. An update is in progress for resource: ${found.arn}`,
      );
    if (input.CodeSha256 !== undefined && input.CodeSha256 !== found.latest.code.sha256)
      throw invalidValue(
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${found.latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    return configuration(found, publish(found, found.latest, input.Description, call), call);
  },

  ListVersionsByFunction(input, call) {
    const found = findFunction(call, input.FunctionName);
    const { page, next } = paged([found.latest, ...found.versions.values()], input.Marker, input.MaxItems);
    return { Versions: page.map((version) => listedConfiguration(found, version, version.version)), ...next };
  },

  CreateAlias(input, call) {
    const found = findFunction(call, input.FunctionName);
    const { Name: name = '' } = input;
    if (!/^(?!\d+$)[\w-]{1,128}$/.test(name))
      throw validation(
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
      );
    if (found.aliases.has(name)) throw conflict(`Alias already exists: ${qualifiedArn(found.arn, name)}`);
    return setAlias(found, name, input, undefined, call);
  },

  GetAlias(input, call) {
    const { found, alias } = findAlias(call, input.FunctionName, input.Name);
    return describeAlias(found, alias);
  },

  ListAliases(input, call) {
    const found = findFunction(call, input.FunctionName);
    const { FunctionVersion: version } = input;
    const aliases = [...found.aliases.values()]
      .filter((alias) => version === undefined || alias.version === version)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { page, next } = paged(aliases, input.Marker, input.MaxItems);
    return { Aliases: page.map((alias) => describeAlias(found, alias)), ...next };
  },

  UpdateAlias(input, call) {
    const { found, alias } = findAlias(call, input.FunctionName, input.Name);
    refuseStale(input.RevisionId, alias.revisionId);
    return setAlias(found, alias.name, input, alias, call);
  },

  DeleteAlias(input, call) {
    const found = findFunction(call, input.FunctionName);
    found.aliases.delete(input.Name ?? '');
    return {};
  },
} satisfies Operations<Lambda, LambdaState>;

/** A new version from `$LATEST`, unless the last one has the same code and settings: then that one. */
export function publish(
  found: LambdaFunction,
  latest: FunctionVersion,
  description: string | undefined,
  { world, nowMs }: LambdaCall,
): FunctionVersion {
  const last = found.versions.get(String(found.nextVersion - 1));
  if (last !== undefined && last.settings === latest.settings && last.code.sha256 === latest.code.sha256) return last;
  const version: FunctionVersion = {
    ...latest,
    version: String(found.nextVersion),
    description: description ?? latest.description,
    revisionId: world.random.uuid(),
    modifiedAtMs: nowMs,
    change: 'published',
  };
  found.versions.set(version.version, version);
  found.nextVersion += 1;
  return version;
}

function findAlias(
  call: LambdaCall,
  functionName: string | undefined,
  name: string | undefined,
): { readonly found: LambdaFunction; readonly alias: FunctionAlias } {
  const found = findFunction(call, functionName);
  const alias = found.aliases.get(name ?? '');
  if (alias === undefined)
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${qualifiedArn(found.arn, name)}`);
  return { found, alias };
}

interface AliasRequest {
  readonly FunctionVersion?: string | undefined;
  readonly Description?: string | undefined;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Record<string, number> | undefined } | undefined;
}

function setAlias(
  found: LambdaFunction,
  name: string,
  { FunctionVersion: version, Description: description, RoutingConfig: routing }: AliasRequest,
  before: FunctionAlias | undefined,
  { world }: LambdaCall,
): AliasConfiguration {
  const alias: FunctionAlias = {
    name,
    version: version ?? before?.version ?? '',
    description: description ?? before?.description ?? '',
    otherVersions: { ...(routing === undefined ? before?.otherVersions : routing.AdditionalVersionWeights) },
    revisionId: world.random.uuid(),
  };
  for (const pointedTo of [alias.version, ...Object.keys(alias.otherVersions)])
    if (versionOf(found, pointedTo) === undefined || pointedTo === '')
      throw new AwsError('ResourceNotFoundException', `Function not found: ${qualifiedArn(found.arn, pointedTo)}`);
  if (Object.keys(alias.otherVersions).length > 0 && alias.version === LATEST)
    throw invalidValue('$LATEST is not supported for an alias pointing to more than 1 version');
  found.aliases.set(name, alias);
  return describeAlias(found, alias);
}

const describeAlias = ({ arn }: LambdaFunction, alias: FunctionAlias): AliasConfiguration => ({
  AliasArn: qualifiedArn(arn, alias.name),
  Name: alias.name,
  FunctionVersion: alias.version,
  Description: alias.description,
  RevisionId: alias.revisionId,
  ...(Object.keys(alias.otherVersions).length > 0 && {
    RoutingConfig: { AdditionalVersionWeights: { ...alias.otherVersions } },
  }),
});
