import { beforeEach, describe, expect, test } from 'vitest';
import { ssm } from '../../../simulator/services/ssm/index.ts';
import { ACCOUNT, ServiceWorld } from '../service-world.ts';

const newWorld = () => new ServiceWorld(ssm);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const sleeps = { name: 'rest', action: 'aws:sleep', inputs: { Duration: 'PT1S' } };
const runbook = (more: object = {}) => ({ schemaVersion: '0.3', description: 'rests', mainSteps: [sleeps], ...more });
const create = (content: object | string, Name = 'Rest', more: object = {}) =>
  aws.call('CreateDocument', {
    Name,
    DocumentType: 'Automation',
    Content: typeof content === 'string' ? content : JSON.stringify(content),
    ...more,
  });
const update = (content: object, more: object = {}) =>
  aws.call('UpdateDocument', { Name: 'Rest', Content: JSON.stringify(content), ...more });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: unknown) => (error as { code: string }).code,
  );

describe('documents', () => {
  test('tell what they take', async () => {
    const parameters = {
      Word: { type: 'String', description: 'one', default: 'yes' },
      Many: { type: 'StringList' },
    };
    await create(runbook({ parameters }), 'Rest', { Tags: [{ Key: 'a', Value: 'b' }] });
    const { Document } = await aws.call('DescribeDocument', { Name: 'Rest' });
    expect(Document).toMatchObject({
      Name: 'Rest',
      Owner: ACCOUNT,
      Status: 'Active',
      DocumentVersion: '1',
      DocumentType: 'Automation',
      SchemaVersion: '0.3',
      Description: 'rests',
      Parameters: [
        { Name: 'Word', Type: 'String', Description: 'one', DefaultValue: 'yes' },
        { Name: 'Many', Type: 'StringList' },
      ],
    });
    const { TagList } = await aws.call('ListTagsForResource', { ResourceType: 'Document', ResourceId: 'Rest' });
    expect(TagList).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  test('have versions, one of which is the default', async () => {
    await create(runbook());
    await update(runbook({ description: 'second' }), { DocumentVersion: '$LATEST' });
    const described = async (DocumentVersion?: string) =>
      (await aws.call('DescribeDocument', { Name: 'Rest', ...(DocumentVersion !== undefined && { DocumentVersion }) }))
        .Document;
    expect(await described()).toMatchObject({ DocumentVersion: '1', LatestVersion: '2', DefaultVersion: '1' });
    await aws.call('UpdateDocumentDefaultVersion', { Name: 'Rest', DocumentVersion: '2' });
    expect(await described()).toMatchObject({ DocumentVersion: '2', Description: 'second' });
    const first = await aws.call('GetDocument', { Name: 'Rest', DocumentVersion: '1' });
    expect(JSON.parse(first.Content ?? '')).toEqual(runbook());
    expect(await codeOf(update(runbook({ description: 'third' }), { DocumentVersion: '1' }))).toBe(
      'InvalidDocumentVersion',
    );
    expect(await codeOf(update(runbook({ description: 'second' })))).toBe('DuplicateDocumentContent');
    expect(await codeOf(described('7'))).toBe('InvalidDocumentVersion');
    expect(await codeOf(aws.call('DeleteDocument', { Name: 'Rest', DocumentVersion: '2' }))).toBe(
      'InvalidDocumentOperation',
    );
  });

  test('may be YAML', async () => {
    const text =
      'schemaVersion: "0.3"\nmainSteps:\n  - name: rest\n    action: aws:sleep\n    inputs:\n      Duration: PT1S\n';
    await create(text, 'Rest', { DocumentFormat: 'YAML' });
    expect(await aws.call('GetDocument', { Name: 'Rest' })).toMatchObject({ Content: text, DocumentFormat: 'YAML' });
  });

  test('are listed page by page, and gone when deleted', async () => {
    for (const name of ['Rest-1', 'Rest-2', 'Other']) await create(runbook(), name);
    const list = async (input: object) =>
      (await aws.call('ListDocuments', input)).DocumentIdentifiers?.map(({ Name }) => Name);
    expect(await list({})).toEqual(['Other', 'Rest-1', 'Rest-2']);
    expect(await list({ Filters: [{ Key: 'Name', Values: ['Rest'] }] })).toEqual(['Rest-1', 'Rest-2']);
    expect(await list({ Filters: [{ Key: 'Owner', Values: ['Amazon'] }] })).toEqual([]);
    const { NextToken } = await aws.call('ListDocuments', { MaxResults: 2 });
    expect(await list({ NextToken })).toEqual(['Rest-2']);
    await aws.call('DeleteDocument', { Name: 'Other' });
    expect((await aws.refused('DescribeDocument', { Name: 'Other' })).code).toBe('InvalidDocument');
    expect((await aws.refused('ListDocuments', { Filters: [{ Key: 'Colour', Values: ['x'] }] })).code).toBe(
      'InvalidFilterKey',
    );
  });

  test('of a name that is taken, or too large, are refused', async () => {
    await create(runbook());
    expect(await codeOf(create(runbook()))).toBe('DocumentAlreadyExists');
    expect(await codeOf(create(runbook({ description: 'x'.repeat(70_000) }), 'Large'))).toBe('MaxDocumentSizeExceeded');
    expect(await codeOf(create(runbook(), 'AWS-Rest'))).toBe('ValidationException');
    expect(await codeOf(create(runbook(), 'Rest', { DocumentType: 'Command' }))).toBe('ValidationException');
  });
});

const step = (more: object) => runbook({ mainSteps: [{ ...sleeps, ...more }] });
const parameter = (more: object, name = 'Word') => runbook({ parameters: { [name]: { type: 'String', ...more } } });

// biome-ignore format: a table is read down its columns
test.for<[string, object | string, string]>([
  ['{ not json', '{', 'InvalidDocumentContent: JSON not well-formed.'],
  ['another schema', runbook({ schemaVersion: '2.2' }), 'InvalidDocumentSchemaVersion: The version of the document schema isn\'t supported: automations have schemaVersion 0.3, not "2.2".'],
  ['no steps', runbook({ mainSteps: [] }), 'InvalidDocumentContent: Missing "mainSteps" in the document.'],
  ['a step without a name', runbook({ mainSteps: [{ action: 'aws:sleep' }] }), 'InvalidDocumentContent: Missing "name" in step detail.'],
  ['a step without an action', runbook({ mainSteps: [{ name: 'rest' }] }), 'InvalidDocumentContent: Missing "action" in step detail.'],
  ['a name with a blank', step({ name: 'a b' }), 'InvalidDocumentContent: StepName: a b is invalid.'],
  ['two of one name', runbook({ mainSteps: [sleeps, sleeps] }), 'InvalidDocumentContent: Duplicate step names found in mainSteps of the document.'],
  ['an action that there is not', step({ action: 'aws:dance' }), 'InvalidDocumentContent: Unknown action: aws:dance'],
  ['a next step that there is not', step({ nextStep: 'gone' }), 'InvalidDocumentContent: Unknown step name: "gone" in nextStep'],
  ['a way out that there is not', step({ onFailure: 'step:gone' }), 'InvalidDocumentContent: Unknown step name: "gone" in onFailure'],
  ['a branch to nowhere', step({ action: 'aws:branch', inputs: { Choices: [{ NextStep: 'gone', Variable: 'a', StringEquals: 'a' }] } }), 'InvalidDocumentContent: Unknown step name: "gone" in rest'],
  ['an end that goes on', step({ isEnd: true, nextStep: 'rest' }), 'InvalidDocumentContent: "isEnd == true" and nextStep should not exist in same step.'],
  ['what is not declared', step({ inputs: { Duration: '{{ Long }}' } }), 'InvalidDocumentContent: Parameter "Long" is not declared.'],
  ['a variable that is not declared', step({ inputs: { Duration: '{{ variable:Long }}' } }), 'InvalidDocumentContent: Parameter "variable:Long" is not declared.'],
  ['an output of no step', runbook({ outputs: ['gone.Output'] }), 'InvalidDocumentContent: Unknown step name in named output: gone.Output'],
  ['a parameter with an underscore', parameter({}, 'a_b'), 'InvalidDocumentContent: Parameter name "a_b" is not alpha-numeric.'],
  ['a parameter of no type', parameter({ type: undefined }), 'InvalidDocumentContent: Missing "type" in parameter definition.'],
  ['a parameter of an odd type', parameter({ type: 'Text' }), 'InvalidDocumentContent: Parameter type: Text is invalid.'],
  ['a default of another type', parameter({ default: 3 }), 'InvalidDocumentContent: Wrong default value for a "String" parameters'],
])('%s is refused', async ([, content, refusal]) => {
  const Content = typeof content === 'string' ? content : JSON.stringify(content);
  const { code, message } = await aws.refused('CreateDocument', { Name: 'Bad', DocumentType: 'Automation', Content });
  expect(`${code}: ${message}`).toBe(refusal);
});
