import type { MadeCall } from '../world.ts';

type Members = Record<string, unknown>;

/** Source: CloudTrail user guide, CloudTrail record contents: requestParameters and responseElements over 100 KB are omitted. */
const LARGEST_ELEMENT = 100 * 1_024;
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** What CloudTrail never shows, and what it leaves out: bytes, code, whole API descriptions. */
const hidden: ReadonlySet<string> = new Set(['Password', 'SecretString', 'SecretAccessKey', 'SessionToken']);
const dropped: ReadonlySet<string> = new Set(['ZipFile', 'body', '$metadata']);

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** How one family of services writes its members and lists. */
interface Spelling {
  readonly member: (name: string) => string;
  readonly list: (items: unknown[], name: string) => unknown;
}

/** The value in CloudTrail's spelling, sharing nothing with what it was made of. */
function spelled(value: unknown, spelling: Spelling, name = ''): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return spelling.list(
      value.map((item) => spelled(item, spelling)),
      name,
    );
  if (typeof value !== 'object' || value === null) return value;
  const out: Members = {};
  for (const [member, item] of Object.entries(value)) {
    if (item === undefined || item instanceof Uint8Array || dropped.has(member)) continue;
    out[spelling.member(member)] = hidden.has(member) ? HIDDEN : spelled(item, spelling, member);
  }
  return out;
}

const plain: Spelling = { member: lowerFirst, list: (items) => items };

const ec2Names: ReadonlyMap<string, string> = new Map([
  ['Resources', 'resourcesSet'],
  ['Tags', 'tagSet'],
  ['TagSpecifications', 'tagSpecificationSet'],
]);
const ec2: Spelling = {
  member: (name) => ec2Names.get(name) ?? lowerFirst(name),
  list: (items, name) => ({ items: name === 'Resources' ? items.map((resourceId) => ({ resourceId })) : items }),
};

/** The endpoint calls are recorded as their XML was: members as the API spells them, list items numbered. */
const ec2Xml: Spelling = {
  member: (name) => name.replace(/(Id)s$/, '$1'),
  list(items) {
    const numbered = items.map((content, at) =>
      typeof content === 'object' && content !== null ? { tag: at + 1, ...content } : { tag: at + 1, content },
    );
    return numbered.length === 1 ? numbered[0] : numbered;
  },
};
const isXml = (operation: string): boolean => /^(Create|Modify|Delete)VpcEndpoints?$/.test(operation);

/** Lambda hides environments: they hold secrets. */
function withoutSecrets({ service, operation }: MadeCall, elements: Members): Members {
  if (service === 'lambda' && 'environment' in elements) return { ...elements, environment: {} };
  if (service === 'ssm' && operation === 'PutParameter' && 'value' in elements) return { ...elements, value: HIDDEN };
  return elements;
}

const bounded = (elements: Members): Members | null =>
  JSON.stringify(elements).length > LARGEST_ELEMENT ? null : elements;

/** `requestParameters`. Source: CloudTrail's logged examples, EC2 developer guide and VPC user guide. */
export function requestParameters(made: MadeCall): Members | null {
  if (made.service === 'ec2' && isXml(made.operation))
    return { [`${made.operation}Request`]: spelled(made.input, ec2Xml) };
  const elements = spelled(made.input, made.service === 'ec2' ? ec2 : plain) as Members;
  return bounded(withoutSecrets(made, elements));
}

/** `responseElements`: null where the call failed, or answers nothing. */
export function responseElements(made: MadeCall): Members | null {
  if (made.output === undefined) return null;
  if (made.service === 'ec2') {
    const answer = spelled(made.output, ec2) as Members;
    if (isXml(made.operation)) return { [`${made.operation}Response`]: { ...answer, requestId: made.requestId } };
    return bounded({ requestId: made.requestId, ...(Object.keys(answer).length === 0 ? { _return: true } : answer) });
  }
  const elements = spelled(made.output, plain) as Members;
  return Object.keys(elements).length === 0 ? null : bounded(withoutSecrets(made, elements));
}

/** Lambda's events carry the version of the API in their names. Source: Lambda developer guide, Logging API calls with CloudTrail. */
const lambdaVersions: Readonly<Record<string, string>> = {
  AddPermission: '20150331v2',
  CreateAlias: '20150331',
  CreateEventSourceMapping: '20150331',
  CreateFunction: '20150331',
  DeleteAlias: '20150331',
  DeleteEventSourceMapping: '20150331',
  DeleteFunction: '20150331',
  DeleteFunctionConcurrency: '20171031',
  PublishVersion: '20150331',
  PutFunctionConcurrency: '20171031',
  RemovePermission: '20150331v2',
  TagResource: '20170331v2',
  UntagResource: '20170331v2',
  UpdateAlias: '20150331',
  UpdateFunctionCode: '20150331v2',
  UpdateFunctionConfiguration: '20150331v2',
};

export const eventName = ({ service, operation }: MadeCall): string =>
  service === 'lambda' ? `${operation}${lambdaVersions[operation] ?? ''}` : operation;
