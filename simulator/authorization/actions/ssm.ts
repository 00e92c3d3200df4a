import type { SSM } from '@aws-sdk/client-ssm';
import type { Call } from '../../service.ts';
import { arnOf, findParameter } from '../../services/ssm/naming.ts';
import type { SsmState } from '../../services/ssm/state.ts';
import type { Access, Context } from '../access.ts';
import { type ActionTable, anywhereEach, requestTags, withTagging } from './action-table.ts';

type SsmCall = Call<SsmState>;

/** A parameter by name or ARN; a version or label may stand at its end. */
function parameter(call: SsmCall, action: string, given = '', context?: Context): Access {
  const isArn = given.startsWith('arn:');
  const name = isArn ? given : (given.split(':')[0] ?? '');
  const found = findParameter(call, name);
  const resource = found?.arn ?? (isArn ? name : arnOf(call.place, name));
  return { action: `ssm:${action}`, resource, tags: found?.tags, absent: found === undefined, context };
}

const ofParameter =
  (action: string) =>
  ({ Name }: { Name?: string | undefined }, call: SsmCall): readonly Access[] => [parameter(call, action, Name)];

const ofParameters =
  (action: string) =>
  ({ Names }: { Names?: string[] | undefined }, call: SsmCall): readonly Access[] =>
    (Names ?? []).map((name) => parameter(call, action, name));

/** AWS's own documents are named without an account. */
const documentArn = ({ place }: SsmCall, name = ''): string =>
  name.startsWith('arn:')
    ? name
    : `arn:aws:ssm:${place.region}:${name.startsWith('AWS-') ? '' : place.account}:document/${name}`;

const ofDocument =
  (action: string) =>
  ({ Name }: { Name?: string | undefined }, call: SsmCall): readonly Access[] => [
    { action: `ssm:${action}`, resource: documentArn(call, Name) },
  ];

const automation = ({ place }: SsmCall, id = '*'): string =>
  `arn:aws:ssm:${place.region}:${place.account}:automation-execution/${id}`;

const ofAutomation =
  (action: string) =>
  ({ AutomationExecutionId }: { AutomationExecutionId?: string | undefined }, call: SsmCall): readonly Access[] => [
    { action: `ssm:${action}`, resource: automation(call, AutomationExecutionId) },
  ];

/** What is tagged goes by a type and an id. */
function tagged(call: SsmCall, action: string, type: string | undefined, id = ''): Access {
  if (type === 'Parameter') return parameter(call, action, id);
  if (type === 'Document') return { action: `ssm:${action}`, resource: documentArn(call, id) };
  if (type === 'Automation') return { action: `ssm:${action}`, resource: automation(call, id) };
  return { action: `ssm:${action}`, resource: '*' };
}

/**
 * What Systems Manager asks of IAM.
 *
 * An automation is started of a definition: to start one takes leave for `automation-definition/<document>:<version>`
 * and for the execution that comes of it, and where it is to act as a role, to pass that role.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for AWS Systems Manager"
 */
export const ssmActions: ActionTable<SSM, SsmState> = {
  ...anywhereEach('ssm', ['DescribeAutomationExecutions', 'DescribeParameters', 'ListDocuments']),
  PutParameter(input, call) {
    const access = parameter(call, 'PutParameter', input.Name, { 'ssm:overwrite': String(input.Overwrite === true) });
    return withTagging({ ...access, requestTags: requestTags(input.Tags) }, 'ssm:AddTagsToResource');
  },
  GetParameter: ofParameter('GetParameter'),
  GetParameterHistory: ofParameter('GetParameterHistory'),
  GetParameters: ofParameters('GetParameters'),
  GetParametersByPath: ({ Path = '', Recursive }, call) => [
    {
      action: 'ssm:GetParametersByPath',
      resource: arnOf(call.place, Path.length > 1 ? Path.replace(/\/$/, '') : Path),
      context: { 'ssm:recursive': String(Recursive === true) },
    },
  ],
  DeleteParameter: ofParameter('DeleteParameter'),
  DeleteParameters: ofParameters('DeleteParameters'),

  CreateDocument: (input, call) =>
    withTagging(
      {
        action: 'ssm:CreateDocument',
        resource: documentArn(call, input.Name),
        requestTags: requestTags(input.Tags),
        context: { 'ssm:documenttype': input.DocumentType },
      },
      'ssm:AddTagsToResource',
    ),
  UpdateDocument: ofDocument('UpdateDocument'),
  UpdateDocumentDefaultVersion: ofDocument('UpdateDocumentDefaultVersion'),
  DescribeDocument: ofDocument('DescribeDocument'),
  GetDocument: ofDocument('GetDocument'),
  ListDocumentVersions: ofDocument('ListDocumentVersions'),
  DeleteDocument: ofDocument('DeleteDocument'),

  StartAutomationExecution(input, call) {
    const { DocumentName: name = '', DocumentVersion: version = '$DEFAULT', Parameters } = input;
    const definition = documentArn(call, name).replace(':document/', ':automation-definition/');
    const role = Parameters?.['AutomationAssumeRole']?.[0];
    const tags = requestTags(input.Tags);
    const context = { 'ssm:documentversion': version };
    return {
      access: [
        { action: 'ssm:StartAutomationExecution', resource: `${definition}:${version}`, requestTags: tags, context },
        { action: 'ssm:StartAutomationExecution', resource: automation(call), requestTags: tags, context },
      ],
      passes:
        role?.startsWith('arn:') === true ? [{ roleArn: role, to: 'ssm.amazonaws.com', for: automation(call) }] : [],
    };
  },
  GetAutomationExecution: ofAutomation('GetAutomationExecution'),
  DescribeAutomationStepExecutions: ofAutomation('DescribeAutomationStepExecutions'),
  StopAutomationExecution: ofAutomation('StopAutomationExecution'),
  SendAutomationSignal: ofAutomation('SendAutomationSignal'),

  ListTagsForResource: (input, call) => [tagged(call, 'ListTagsForResource', input.ResourceType, input.ResourceId)],
  AddTagsToResource: (input, call) => [
    {
      ...tagged(call, 'AddTagsToResource', input.ResourceType, input.ResourceId),
      requestTags: requestTags(input.Tags),
    },
  ],
  RemoveTagsFromResource: (input, call) => [
    { ...tagged(call, 'RemoveTagsFromResource', input.ResourceType, input.ResourceId), tagKeys: input.TagKeys },
  ],
};
