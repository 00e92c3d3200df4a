import { createHash } from 'node:crypto';
import type { Parameter, ParameterHistory, ParameterMetadata, SSM } from '@aws-sdk/client-ssm';
import { AwsError } from '../../aws-error.ts';
import type { Service } from '../../service.ts';
import { automationOperations } from './automation/automations.ts';
import { documentOperations } from './documents.ts';
import { filterFrom } from './filters.ts';
import { findParameter, latestOf, notFound, paged, type SsmCall, validation } from './naming.ts';
import { putParameter } from './put-parameter.ts';
import { type ParameterVersion, type SsmState, type StoredDocument, type StoredParameter, ssmHome } from './state.ts';

const MAX_NAMES = 10;
const BY_PATH_PAGE = 10;
const DESCRIBE_PAGE = 50;

/**
 * Systems Manager's parameter store (versions, tiers, hierarchies, tags; secure strings are hidden, not encrypted), its
 * runbooks, and automations of them.
 */
export const ssm: Service<SSM, SsmState> = {
  ...ssmHome,
  eventSource: 'ssm.amazonaws.com',
  operations: {
    ...documentOperations,
    ...automationOperations,
    PutParameter: putParameter,

    GetParameter(input, call) {
      const { parameter, version, selector } = selected(call, input.Name);
      return {
        Parameter: {
          ...shown(parameter, version, input.WithDecryption),
          ...(selector !== undefined && { Selector: `:${selector}` }),
        },
      };
    },

    GetParameters(input, call) {
      const names = atMostTen(input.Names);
      const found: Parameter[] = [];
      const invalid: string[] = [];
      for (const name of names)
        try {
          const { parameter, version } = selected(call, name);
          found.push(shown(parameter, version, input.WithDecryption));
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          invalid.push(name);
        }
      return { Parameters: found, InvalidParameters: invalid };
    },

    GetParametersByPath(input, call) {
      const { Path: path = '', Recursive: recursive = false, MaxResults: size = BY_PATH_PAGE } = input;
      if (!path.startsWith('/'))
        throw validation('The parameter path must begin with a slash "/". It can\'t be empty.');
      if (size < 1 || size > BY_PATH_PAGE)
        throw validation(
          `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${BY_PATH_PAGE}`,
        );
      const folder = path.endsWith('/') ? path : `${path}/`;
      const wanted = filterFrom(input.ParameterFilters, ['Type', 'KeyId']);
      const parameters = sorted(call).filter(
        (parameter) =>
          parameter.name.startsWith(folder) &&
          (recursive || !parameter.name.slice(folder.length).includes('/')) &&
          wanted(parameter),
      );
      const { page, next } = paged(parameters, input.NextToken, size);
      return {
        Parameters: page.map((parameter) => shown(parameter, latestOf(parameter), input.WithDecryption)),
        ...next,
      };
    },

    GetParameterHistory(input, call) {
      const parameter = findParameter(call, input.Name);
      if (parameter === undefined) throw notFound();
      const { page, next } = paged(parameter.versions, input.NextToken, input.MaxResults ?? DESCRIBE_PAGE);
      return {
        Parameters: page.map(
          (version): ParameterHistory => ({
            ...describe(parameter, version),
            Value: valueOf(parameter, version, input.WithDecryption),
            Labels: [],
          }),
        ),
        ...next,
      };
    },

    DescribeParameters(input, call) {
      if ((input.Filters ?? []).length > 0) throw validation('Filters is not simulated: use ParameterFilters');
      if (input.Shared === true) throw validation('Shared is not simulated');
      const { MaxResults: size = DESCRIBE_PAGE } = input;
      const wanted = filterFrom(input.ParameterFilters, ['Name', 'Path', 'Type', 'KeyId', 'Tier', 'DataType', 'tag']);
      const { page, next } = paged(sorted(call).filter(wanted), input.NextToken, Math.min(size, DESCRIBE_PAGE));
      return {
        Parameters: page.map(
          (parameter): ParameterMetadata => ({
            ARN: parameter.arn,
            ...describe(parameter, latestOf(parameter)),
          }),
        ),
        ...next,
      };
    },

    DeleteParameter(input, call) {
      const parameter = findParameter(call, input.Name);
      if (parameter === undefined) throw notFound();
      call.state.parameters.delete(parameter.name);
      return {};
    },

    DeleteParameters(input, call) {
      const names = atMostTen(input.Names);
      const deleted = names.filter((name) => call.state.parameters.delete(name));
      return { DeletedParameters: deleted, InvalidParameters: names.filter((name) => !deleted.includes(name)) };
    },

    AddTagsToResource(input, call) {
      const { tags } = taggable(call, input.ResourceType, input.ResourceId);
      for (const { Key: key = '', Value: value = '' } of input.Tags ?? []) tags.set(key, value);
      return {};
    },

    RemoveTagsFromResource(input, call) {
      const { tags } = taggable(call, input.ResourceType, input.ResourceId);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },

    ListTagsForResource(input, call) {
      const { tags } = taggable(call, input.ResourceType, input.ResourceId);
      return { TagList: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  },
};

const sorted = ({ state }: SsmCall): StoredParameter[] =>
  [...state.parameters.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));

function atMostTen(names: readonly string[] | undefined): string[] {
  if (names === undefined || names.length === 0 || names.length > MAX_NAMES)
    throw validation(
      `1 validation error detected: Value '[${names?.join(', ') ?? ''}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${MAX_NAMES}`,
    );
  return [...new Set(names)];
}

interface Selected {
  readonly parameter: StoredParameter;
  readonly version: ParameterVersion;
  readonly selector: string | undefined;
}

/** 'name', or 'name:3' for its third version. */
function selected(call: SsmCall, given: string | undefined): Selected {
  const [, name, selector] = /^(.*?)(?::([\w.-]+))?$/.exec(withoutArn(given)) ?? [];
  const parameter = findParameter(call, name);
  if (parameter === undefined) throw notFound();
  if (selector === undefined) return { parameter, version: latestOf(parameter), selector };
  const version = parameter.versions.find((one) => String(one.version) === selector);
  if (version === undefined)
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${selector} of ${parameter.name}. Verify the version and try again.`,
    );
  return { parameter, version, selector };
}

const withoutArn = (given = ''): string =>
  given.startsWith('arn:') ? given.slice(given.indexOf(':parameter/') + ':parameter'.length) : given;

function shown(parameter: StoredParameter, version: ParameterVersion, decrypted: boolean | undefined): Parameter {
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: version.type,
    Value: valueOf(parameter, version, decrypted),
    Version: version.version,
    LastModifiedDate: new Date(version.modifiedAtMs),
    DataType: version.dataType,
  };
}

/** A secure string that nobody asked to decrypt shows as something that says nothing of it. */
const valueOf = ({ arn }: StoredParameter, { type, value, version }: ParameterVersion, decrypted = false): string =>
  type !== 'SecureString' || decrypted
    ? value
    : createHash('sha512').update(`${arn}/${version}/${value}`).digest('base64');

const describe = ({ name }: StoredParameter, version: ParameterVersion) => ({
  Name: name,
  Type: version.type,
  Version: version.version,
  Tier: version.tier,
  DataType: version.dataType,
  LastModifiedDate: new Date(version.modifiedAtMs),
  LastModifiedUser: version.modifiedBy,
  Policies: [],
  ...(version.description !== undefined && { Description: version.description }),
  ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
  ...(version.keyId !== undefined && { KeyId: version.keyId }),
});

function taggable(call: SsmCall, type: string | undefined, id: string | undefined): StoredParameter | StoredDocument {
  if (type !== 'Parameter' && type !== 'Document')
    throw new AwsError('InvalidResourceType', `Resources of type ${type} are not simulated`);
  const parameter = type === 'Document' ? call.state.documents.get(id ?? '') : findParameter(call, id);
  if (parameter === undefined)
    throw new AwsError('InvalidResourceId', `The resource ID "${id}" is not valid. Verify the ID and try again.`);
  return parameter;
}
