import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../../aws-error.ts';
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import type { ErrorModel, ServiceModel } from '../service-model.ts';
import type { Dialect } from './dialect.ts';
import { errorMembers, senderOrReceiver, statusOf } from './errors.ts';
import { formTree, readForm } from './form-input.ts';

const XML = { 'content-type': 'text/xml;charset=UTF-8' };
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What the two query protocols do not share: names in the form, and the envelope around the answer. */
interface Envelope {
  readonly ec2: boolean;
  answer(operation: string, members: string, xmlNamespace: string, requestId: string): string;
  error(error: string, xmlNamespace: string, requestId: string): string;
  /** What an operation without output says. */
  readonly nothing: string;
}

const ec2Envelope: Envelope = {
  ec2: true,
  answer: (operation, members, xmlNamespace, requestId) =>
    `<${operation}Response xmlns="${xmlNamespace}"><requestId>${requestId}</requestId>${members}</${operation}Response>`,
  error: (error, _xmlNamespace, requestId) =>
    `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
  nothing: '<return>true</return>',
};

const queryEnvelope: Envelope = {
  ec2: false,
  answer: (operation, members, xmlNamespace, requestId) =>
    `<${operation}Response xmlns="${xmlNamespace}"><${operation}Result>${members}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  error: (error, xmlNamespace, requestId) =>
    `<ErrorResponse xmlns="${xmlNamespace}"><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  nothing: '',
};

/** ec2Query and awsQuery: a form in, XML out. */
const queryDialect = (envelope: Envelope): Dialect => ({
  operationName: (request) => formOf(request).get('Action') ?? undefined,

  async read(request, { input }) {
    return input.isStructSchema() ? (readForm(input, formTree(formOf(request)), envelope) as object) : {};
  },

  async write(output, { name, output: schema }, model, requestId) {
    const members = schema.isStructSchema() ? membersXml(schema, output, model) : envelope.nothing;
    return xml(200, envelope.answer(name, members, model.xmlNamespace, requestId), requestId);
  },

  async fail(error, model, requestId) {
    const shape = model?.error(error.code);
    const status = statusOf(error, shape);
    const type = envelope.ec2 ? '' : `<Type>${senderOrReceiver(status)}</Type>`;
    const said = `${type}<Code>${escapeXml(queryCode(error, shape))}</Code><Message>${escapeXml(error.message)}</Message>`;
    const more = shape === undefined || model === undefined ? '' : extraMembersXml(error, shape, model);
    return xml(status, envelope.error(said + more, model?.xmlNamespace ?? '', requestId), requestId);
  },
});

export const ec2Query = queryDialect(ec2Envelope);
export const awsQuery = queryDialect(queryEnvelope);

/** The form of a POST, or the query of a GET; both, where somebody sends both. */
function formOf(request: HttpRequest): URLSearchParams {
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  for (const [name, value] of request.query) if (!form.has(name)) form.append(name, value);
  return form;
}

const queryCode = (error: AwsError, shape: ErrorModel | undefined): string =>
  shape?.queryCode ?? shape?.name ?? error.code;

function extraMembersXml(error: AwsError, shape: ErrorModel, model: ServiceModel): string {
  const { message: _one, Message: _other, ...fields } = errorMembers(error, shape);
  return Object.keys(fields).length === 0 ? '' : membersXml(shape.schema, fields, model);
}

/** A structure's members as XML, without the element around them: each protocol has its own. */
export function membersXml(schema: NormalizedSchema, value: object, { namespace }: ServiceModel): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    xmlNamespace: '', // the envelope has it
    serviceNamespace: namespace,
  });
  serializer.write(schema, value);
  const element = serializer.flush().toString();
  const opened = element.indexOf('>');
  return element[opened - 1] === '/' ? '' : element.slice(opened + 1, element.lastIndexOf('<'));
}

const xml = (status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: { ...XML, 'x-amzn-requestid': requestId },
  body: DECLARATION + body,
});

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
