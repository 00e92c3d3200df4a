import { createHash } from 'node:crypto';
import type { DocumentDescription, DocumentKeyValuesFilter, DocumentParameterType, SSM } from '@aws-sdk/client-ssm';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { readDocument } from './automation/document.ts';
import { textOf } from './automation/references.ts';
import { paged, type SsmCall, validation } from './naming.ts';
import type { DocumentVersion, SsmState, StoredDocument } from './state.ts';

/** Source: Systems Manager quotas: 64 KB a document, 1,000 versions of one. */
const MOST_BYTES = 65_536;
const MOST_VERSIONS = 1_000;
const PAGE = 50;

/** By name, or by the ARN of a document or of an automation's definition. */
export const documentNamed = ({ documents }: SsmState, given: string | undefined): StoredDocument | undefined =>
  documents.get(given?.startsWith('arn:') === true ? given.slice(given.indexOf('/') + 1) : (given ?? ''));

/** '3', '$LATEST' or '$DEFAULT'; left out, the default. */
export function versionOf(
  { versions, defaultVersion }: StoredDocument,
  given: string = '$DEFAULT',
): DocumentVersion | undefined {
  if (given === '$LATEST') return versions.at(-1);
  return versions.find(({ version }) => version === (given === '$DEFAULT' ? defaultVersion : Number(given)));
}

function found(call: SsmCall, name: string | undefined): StoredDocument {
  const document = documentNamed(call.state, name);
  if (document === undefined) throw new AwsError('InvalidDocument', `Document with name ${name ?? ''} does not exist.`);
  return document;
}

function foundVersion(document: StoredDocument, given: string | undefined): DocumentVersion {
  const version = versionOf(document, given);
  if (version === undefined)
    throw new AwsError('InvalidDocumentVersion', 'The document version is not valid or does not exist.');
  return version;
}

function newVersion(
  content: string,
  format: string,
  version: number,
  { nowMs }: Pick<SsmCall, 'nowMs'>,
): DocumentVersion {
  if (Buffer.byteLength(content) > MOST_BYTES)
    throw new AwsError('MaxDocumentSizeExceeded', 'The size limit of a document is 64 KB.');
  if (format !== 'JSON' && format !== 'YAML') throw validation(`Documents in ${format} are not simulated`);
  return {
    version,
    content,
    format,
    document: readDocument(content, format),
    createdMs: nowMs,
    hash: createHash('sha256').update(content).digest('hex'),
  };
}

/** Source: CreateDocument, Name: what AWS keeps for itself. */
function checkedName(name: string | undefined): string {
  if (name === undefined || !/^[\w.-]{3,128}$/.test(name))
    throw validation(
      `1 validation error detected: Value '${name ?? ''}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$`,
    );
  if (/^(aws|amazon|amzn)/i.test(name))
    throw validation(`${name}: aws, amazon and amzn begin names of AWS's own only.`);
  return name;
}

const parameterType = (type: string): DocumentParameterType => (type === 'StringList' ? 'StringList' : 'String');

function described(stored: StoredDocument, version: DocumentVersion, owner: string): DocumentDescription {
  const { document, hash, createdMs, format } = version;
  return {
    Name: stored.name,
    Owner: owner,
    CreatedDate: new Date(createdMs),
    Status: 'Active',
    DocumentVersion: String(version.version),
    LatestVersion: String(stored.versions.at(-1)?.version),
    DefaultVersion: String(stored.defaultVersion),
    DocumentType: 'Automation',
    DocumentFormat: format,
    SchemaVersion: document.schemaVersion,
    Hash: hash,
    HashType: 'Sha256',
    PlatformTypes: ['Windows', 'Linux', 'MacOS'],
    Tags: [...stored.tags].map(([Key, Value]) => ({ Key, Value })),
    ...(document.description !== undefined && { Description: document.description }),
    Parameters: Object.entries(document.parameters ?? {}).map(([Name, one]) => ({
      Name,
      Type: parameterType(one.type),
      ...(one.description !== undefined && { Description: one.description }),
      ...(one.default !== undefined && { DefaultValue: textOf(one.default) }),
    })),
  };
}

type Test = (stored: StoredDocument, value: string) => boolean;
const tests: Readonly<Record<string, Test>> = {
  Name: ({ name }, value) => name.startsWith(value),
  // Whatever is simulated was made in this account.
  Owner: (_, value) => value === 'Self' || value === 'Private' || value === 'All',
  DocumentType: (_, value) => value === 'Automation',
};

function testOf({ Key: key = '', Values: values = [] }: DocumentKeyValuesFilter): (stored: StoredDocument) => boolean {
  if (key.startsWith('tag:')) return ({ tags }) => values.includes(tags.get(key.slice('tag:'.length)) ?? '');
  const test = tests[key];
  if (test === undefined)
    throw new AwsError('InvalidFilterKey', `The specified filter key isn't valid, or is not simulated: ${key}`);
  return (stored) => values.some((value) => test(stored, value));
}

/** Systems Manager's documents, of which runbooks of schema 0.3 are simulated. Attachments, sharing and reviews are not. */
export const documentOperations: Operations<SSM, SsmState> = {
  CreateDocument(input, call) {
    const name = checkedName(input.Name);
    if (input.DocumentType !== 'Automation')
      throw validation(`Documents of type ${input.DocumentType ?? 'Command'} are not simulated`);
    if (call.state.documents.has(name))
      throw new AwsError('DocumentAlreadyExists', `Document with same name ${name} already exists`);
    const version = newVersion(input.Content ?? '', input.DocumentFormat ?? 'JSON', 1, call);
    const tags = new Map((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
    const stored: StoredDocument = { name, tags, versions: [version], defaultVersion: 1 };
    call.state.documents.set(name, stored);
    return { DocumentDescription: { ...described(stored, version, call.place.account), Status: 'Creating' } };
  },

  UpdateDocument(input, call) {
    const stored = found(call, input.Name);
    const latest = foundVersion(stored, '$LATEST');
    // Source: UpdateDocument, DocumentVersion: only the latest may be updated.
    if (foundVersion(stored, input.DocumentVersion ?? '$LATEST') !== latest)
      throw new AwsError('InvalidDocumentVersion', 'The document version is not valid or does not exist.');
    const version = newVersion(input.Content ?? '', input.DocumentFormat ?? 'JSON', latest.version + 1, call);
    if (stored.versions.some(({ hash }) => hash === version.hash))
      throw new AwsError(
        'DuplicateDocumentContent',
        'The content of the association document matches another document. Change the content of the document and try again.',
      );
    if (stored.versions.length >= MOST_VERSIONS)
      throw new AwsError('DocumentVersionLimitExceeded', `The document has over ${MOST_VERSIONS} versions.`);
    stored.versions.push(version);
    return { DocumentDescription: { ...described(stored, version, call.place.account), Status: 'Updating' } };
  },

  UpdateDocumentDefaultVersion(input, call) {
    const stored = found(call, input.Name);
    stored.defaultVersion = foundVersion(stored, input.DocumentVersion).version;
    return { Description: { Name: stored.name, DefaultVersion: String(stored.defaultVersion) } };
  },

  DescribeDocument(input, call) {
    const stored = found(call, input.Name);
    return { Document: described(stored, foundVersion(stored, input.DocumentVersion), call.place.account) };
  },

  GetDocument(input, call) {
    const stored = found(call, input.Name);
    const version = foundVersion(stored, input.DocumentVersion);
    if (input.DocumentFormat !== undefined && input.DocumentFormat !== version.format)
      throw validation('changing the format of a document is not simulated');
    return {
      Name: stored.name,
      Content: version.content,
      DocumentVersion: String(version.version),
      DocumentFormat: version.format,
      DocumentType: 'Automation',
      Status: 'Active',
      CreatedDate: new Date(version.createdMs),
    };
  },

  ListDocuments(input, { state, place }) {
    if ((input.DocumentFilterList ?? []).length > 0)
      throw validation('DocumentFilterList is not simulated: use Filters');
    const wanted = (input.Filters ?? []).map(testOf);
    const documents = [...state.documents.values()]
      .filter((stored) => wanted.every((test) => test(stored)))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { page, next } = paged(documents, input.NextToken, Math.min(input.MaxResults ?? PAGE, PAGE));
    return {
      DocumentIdentifiers: page.map((stored) => {
        const { Name, Owner, CreatedDate, DocumentVersion, DocumentType, DocumentFormat, SchemaVersion, Tags } =
          described(stored, foundVersion(stored, '$DEFAULT'), place.account);
        return { Name, Owner, CreatedDate, DocumentVersion, DocumentType, DocumentFormat, SchemaVersion, Tags };
      }),
      ...next,
    };
  },

  DeleteDocument(input, call) {
    const stored = found(call, input.Name);
    if (input.DocumentVersion === undefined) {
      call.state.documents.delete(stored.name);
      return {};
    }
    const version = foundVersion(stored, input.DocumentVersion);
    if (version.version === stored.defaultVersion)
      throw new AwsError('InvalidDocumentOperation', 'You attempted to delete a document version that is the default.');
    stored.versions.splice(stored.versions.indexOf(version), 1);
    return {};
  },
};
