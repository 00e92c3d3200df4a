import type { SSM } from '@aws-sdk/client-ssm';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, OutputOf } from '../../service.ts';
import { arnOf, checkedName, latestOf, type SsmCall, validation } from './naming.ts';
import type { ParameterVersion, StoredParameter } from './state.ts';

type Request = InputOf<SSM, 'PutParameter'>;

/** Source: Parameter Store quotas: 4 KB standard, 8 KB advanced; 100 versions, of which the oldest goes. */
const maxBytes = { Standard: 4_096, Advanced: 8_192 } as const;
const MAX_VERSIONS = 100;

/** Writes a new version. Parameter policies and labels are not simulated. */
export function putParameter(input: Request, call: SsmCall): OutputOf<SSM, 'PutParameter'> {
  const name = checkedName(input.Name, call.place);
  if (input.Policies !== undefined && input.Policies !== '') throw validation('Policies are not simulated');
  const found = call.state.parameters.get(name);
  if (found !== undefined && input.Overwrite !== true)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  if (input.Overwrite === true && (input.Tags ?? []).length > 0)
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  const version = versionFrom(input, found, call);
  const parameter: StoredParameter = found ?? {
    name,
    arn: arnOf(call.place, name),
    tags: new Map((input.Tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value])),
    versions: [],
  };
  parameter.versions.push(version);
  if (parameter.versions.length > MAX_VERSIONS) parameter.versions.shift();
  call.state.parameters.set(name, parameter);
  return { Version: version.version, Tier: version.tier };
}

function versionFrom(input: Request, found: StoredParameter | undefined, call: SsmCall): ParameterVersion {
  const before = found === undefined ? undefined : latestOf(found);
  const { Value: value = '', Type: type = before?.type, AllowedPattern: allowedPattern } = input;
  if (type === undefined) throw validation('A parameter type is required when you create a parameter.');
  if (!['String', 'StringList', 'SecureString'].includes(type))
    throw new AwsError('UnsupportedParameterType', `The parameter type ${type} isn't supported.`);
  if (before !== undefined && (type === 'SecureString') !== (before.type === 'SecureString'))
    throw new AwsError(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy.",
    );
  if (value === '')
    throw validation(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const tier = tierFor(input.Tier, value, before);
  if (allowedPattern !== undefined && !fits(value, allowedPattern))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`,
    );
  if (input.DataType === 'aws:ssm:integration') throw validation('DataType aws:ssm:integration is not simulated');
  return {
    version: (before?.version ?? 0) + 1,
    type,
    value,
    tier,
    description: input.Description ?? before?.description,
    allowedPattern,
    keyId: type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? 'alias/aws/ssm') : undefined,
    dataType: input.DataType === 'aws:ec2:image' ? 'aws:ec2:image' : 'text',
    modifiedAtMs: call.nowMs,
    modifiedBy: call.principal.arn,
  };
}

function tierFor(
  wanted: Request['Tier'],
  value: string,
  before: ParameterVersion | undefined,
): 'Standard' | 'Advanced' {
  const bytes = Buffer.byteLength(value);
  if (wanted === 'Standard' && before?.tier === 'Advanced')
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  const grows = wanted === 'Intelligent-Tiering' && bytes > maxBytes.Standard;
  const tier = wanted === 'Advanced' || before?.tier === 'Advanced' || grows ? 'Advanced' : 'Standard';
  if (bytes > maxBytes[tier])
    throw validation(
      tier === 'Standard'
        ? 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
        : 'Advanced tier parameters support a maximum parameter value of 8192 characters.',
    );
  return tier;
}

function fits(value: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch (error) {
    throw new AwsError(
      'InvalidAllowedPatternException',
      `The request doesn't meet the regular expression requirement: ${pattern}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
