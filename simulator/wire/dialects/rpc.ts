import { crc32 } from 'node:zlib';
import { CborCodec, cbor } from '@smithy/core/cbor';
import type { NormalizedSchema } from '@smithy/core/schema';
import { type HttpResponse, plainBody } from '../http-message.ts';
import type { ServiceModel } from '../service-model.ts';
import type { Dialect } from './dialect.ts';
import { errorMembers, senderOrReceiver, statusOf, unreadableBody } from './errors.ts';

type Body = string | Uint8Array;

/** What the RPC protocols do not share. */
interface Encoding {
  readonly headers: Readonly<Record<string, string>>;
  readonly operationName: Dialect['operationName'];
  codec(model: ServiceModel): ReturnType<ServiceModel['protocol']['getPayloadCodec']>;
  /** Without a schema, for what errors have beside their members. */
  encode(value: object): Body;
  decode(body: Body): object;
}

/** awsJson and rpcv2Cbor: one body in, one body out, and the operation named in a header or in the path. */
function rpcDialect(encoding: Encoding): Dialect {
  const write = (schema: NormalizedSchema, value: object, model: ServiceModel): Body => {
    const serializer = encoding.codec(model).createSerializer();
    serializer.write(schema.getSchema(), value);
    return plainBody(serializer.flush());
  };

  const answer = (
    status: number,
    body: Body,
    { requestId, more = {} }: { requestId: string; more?: Record<string, string> },
  ): HttpResponse => ({
    status,
    headers: { ...encoding.headers, ...more, 'x-amzn-requestid': requestId, 'x-amz-crc32': String(crc32(body)) },
    body,
  });

  return {
    operationName: encoding.operationName,

    async read(request, { input }, model) {
      if (!input.isStructSchema() || request.body.byteLength === 0) return {};
      try {
        return await encoding.codec(model).createDeserializer().read(input.getSchema(), request.body);
      } catch (cause) {
        throw unreadableBody('SerializationException', cause);
      }
    },

    async write(output, operation, model, requestId) {
      return answer(200, operation.output.isStructSchema() ? write(operation.output, output, model) : '', {
        requestId,
      });
    },

    async fail(error, model, requestId) {
      const shape = model?.error(error.code);
      const status = statusOf(error, shape);
      const members =
        shape === undefined || model === undefined
          ? {}
          : encoding.decode(write(shape.schema, errorMembers(error, shape), model));
      const body = encoding.encode({
        __type: shape === undefined ? error.code : `${model?.namespace}#${shape.name}`,
        ...('Message' in members ? {} : { message: error.message }),
        ...members,
      });
      const queryError = `${shape?.queryCode ?? error.code};${senderOrReceiver(status)}`;
      return answer(status, body, {
        requestId,
        more: model?.queryCompatible ? { 'x-amzn-query-error': queryError } : {},
      });
    },
  };
}

const json = (contentType: string): Dialect =>
  rpcDialect({
    headers: { 'content-type': contentType },
    // 'DynamoDB_20120810.GetItem'
    operationName: ({ headers }) => headers['x-amz-target']?.split('.').at(-1),
    codec: ({ protocol }) => protocol.getPayloadCodec(),
    encode: (value) => JSON.stringify(value),
    decode: (body) => JSON.parse(Buffer.from(body).toString('utf8')),
  });

export const awsJson1_0 = json('application/x-amz-json-1.0');
export const awsJson1_1 = json('application/x-amz-json-1.1');

const cborCodec = new CborCodec();

export const rpcv2Cbor = rpcDialect({
  headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  // '/service/GraniteServiceVersion20100801/operation/PutMetricData'
  operationName: ({ path }) => /\/operation\/([^/]+)\/?$/.exec(path)?.[1],
  codec: () => cborCodec,
  encode: (value) => cbor.serialize(value),
  decode: (body) => cbor.deserialize(Buffer.from(body)),
});
