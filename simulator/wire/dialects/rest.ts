import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../aws-error.ts';
import { type HttpRequest, type HttpResponse, plainBody } from '../http-message.ts';
import { type OperationModel, restProtocol, type ServiceModel } from '../service-model.ts';
import type { Dialect } from './dialect.ts';
import { errorMembers, senderOrReceiver, statusOf, unreadableBody } from './errors.ts';
import { escapeXml, membersXml } from './query.ts';
import { type RouteMatch, Routes } from './routes.ts';

/** What the two REST protocols do not share. */
interface Format {
  /** In the SDK's schemas, 5 is a date and time as text, 7 is seconds since the epoch. */
  readonly timestampFormat: 5 | 7;
  readonly unreadableCode: string;
  error(error: AwsError, model: ServiceModel | undefined, requestId: string): Promise<HttpResponse>;
}

/** restJson1 and restXml: members bound to labels, query, headers and body. */
function restDialect(format: Format): Dialect {
  const strings = new FromStringShapeDeserializer({
    timestampFormat: { useTrait: true, default: format.timestampFormat },
    httpBindings: true,
  });

  /** Labels and query, which a response has none of, so that the SDK cannot read them. */
  const readUrl = (input: NormalizedSchema, { labels, fixedQuery }: RouteMatch, query: URLSearchParams): object => {
    const out: Record<string, unknown> = {};
    const members = input.isStructSchema() ? [...input.structIterator()] : [];
    const bound = new Set(members.map(([, member]) => member.getMergedTraits().httpQuery));
    for (const [name, member] of members) {
      const { httpLabel, httpQuery, httpQueryParams } = member.getMergedTraits();
      const label = labels[name];
      if (httpLabel && label !== undefined) out[name] = strings.read(member, label);
      if (httpQuery !== undefined && query.has(httpQuery))
        out[name] = member.isListSchema()
          ? query.getAll(httpQuery).map((value) => strings.read(member.getValueSchema(), value))
          : strings.read(member, query.get(httpQuery) ?? '');
      if (httpQueryParams) {
        const rest = [...new Set(query.keys())].filter((key) => !bound.has(key) && !fixedQuery.has(key));
        const many = member.getValueSchema().isListSchema();
        if (rest.length > 0)
          out[name] = Object.fromEntries(rest.map((key) => [key, many ? query.getAll(key) : query.get(key)]));
      }
    }
    return out;
  };

  return {
    operationName: (request, model) => matchOf(request, model)?.operation.name,

    async read(request, { input, reversed }, model) {
      const match = matchOf(request, model);
      if (match === undefined) return {};
      try {
        const message = { statusCode: 200, headers: { ...request.headers }, body: request.body };
        const { $metadata: _ofAResponse, ...members } = await restProtocol(model).deserializeResponse(
          reversed,
          context,
          message,
        );
        // The SDK says null for a payload that is not there.
        const present = Object.entries(members).filter(([, value]) => value !== null);
        // The URL after the body: a label that some client repeats there does not count.
        return { ...Object.fromEntries(present), ...readUrl(input, match, request.query) };
      } catch (cause) {
        throw unreadableBody(format.unreadableCode, cause);
      }
    },

    async write(output, operation, model, requestId) {
      const { headers, body } = await serialize(output, operation, model);
      return {
        status: statusIn(output, operation) ?? operation.http?.status ?? 200,
        headers: { ...headers, 'x-amzn-requestid': requestId },
        body,
      };
    },

    fail: (error, model, requestId) => format.error(error, model, requestId),
  };
}

const routesOf = new WeakMap<ServiceModel, Routes>();
const matches = new WeakMap<HttpRequest, RouteMatch | undefined>();

/** Once per request: both the name of the operation and its labels come from it. */
function matchOf(request: HttpRequest, model: ServiceModel): RouteMatch | undefined {
  if (!matches.has(request)) {
    let routes = routesOf.get(model);
    if (routes === undefined) {
      routes = new Routes(model.operations.values());
      routesOf.set(model, routes);
    }
    matches.set(request, routes.match(request.method, request.path, request.query));
  }
  return matches.get(request);
}

/** The SDK's protocols ask for nothing but an endpoint, to write a path, which a response does not have. */
const context = { endpoint: async () => undefined } as unknown as Parameters<
  ReturnType<typeof restProtocol>['serializeRequest']
>[2];

async function serialize(
  value: object,
  { reversed }: Pick<OperationModel, 'reversed'>,
  model: ServiceModel,
): Promise<{ headers: Record<string, string>; body: string | Uint8Array }> {
  const { headers, body } = await restProtocol(model).serializeRequest(reversed, value, context);
  return { headers, body: plainBody(body ?? '') };
}

/** The status of an answer that has it as a member, as Lambda's Invoke has. */
function statusIn(output: object, { output: schema }: OperationModel): number | undefined {
  if (!schema.isStructSchema()) return undefined;
  for (const [name, member] of schema.structIterator())
    if (member.getMergedTraits().httpResponseCode) return (output as Record<string, number | undefined>)[name];
  return undefined;
}

export const restJson1 = restDialect({
  timestampFormat: 7,
  unreadableCode: 'SerializationException',

  async error(error, model, requestId) {
    const shape = model?.error(error.code);
    const written =
      shape === undefined || model === undefined
        ? { headers: {}, body: JSON.stringify({ message: error.message }) }
        : await serialize(errorMembers(error, shape), shape, model);
    return {
      status: statusOf(error, shape),
      headers: {
        ...written.headers,
        'content-type': 'application/json',
        'x-amzn-errortype': shape?.name ?? error.code,
        'x-amzn-requestid': requestId,
      },
      body: written.body,
    };
  },
});

export const restXml = restDialect({
  timestampFormat: 5,
  unreadableCode: 'InvalidInput',

  async error(error, model, requestId) {
    const shape = model?.error(error.code);
    const status = statusOf(error, shape);
    const { message: _one, Message: _other, ...fields } = shape === undefined ? {} : errorMembers(error, shape);
    const members = shape === undefined || model === undefined ? '' : membersXml(shape.schema, fields, model);
    return {
      status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body:
        `<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse xmlns="${model?.xmlNamespace ?? ''}"><Error>` +
        `<Type>${senderOrReceiver(status)}</Type><Code>${escapeXml(shape?.name ?? error.code)}</Code>` +
        `<Message>${escapeXml(error.message)}</Message>${members}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    };
  },
});
