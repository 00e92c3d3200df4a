import { HttpBindingProtocol, HttpProtocol } from '@smithy/core/protocols';
import { NormalizedSchema, operation } from '@smithy/core/schema';
import type { ServiceName } from '../service.ts';
import { loadClient } from './clients.ts';

/** A schema as the SDK ships it: kind, namespace, name, traits, and what the kind adds. */
type ShippedSchema = readonly [number, string, string, ...unknown[]];
type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
type OperationSchema = ReturnType<typeof operation>;

const OPERATION = 9;
const ERROR = -3;

export interface OperationModel {
  /** 'DescribeVpcs' */
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** REST only: the request line, with {labels}, and the status of a success. */
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined;
  /** The operation turned round: what the SDK reads as a response is the request, and what it writes as a request the response. */
  readonly reversed: OperationSchema;
}

export interface ErrorModel {
  /** 'NoSuchEntityException' */
  readonly name: string;
  /** What the query protocol calls it, where that differs: 'NoSuchEntity'. */
  readonly queryCode: string | undefined;
  readonly status: number;
  readonly schema: NormalizedSchema;
  /** Reads nothing, writes the error: see `OperationModel.reversed`. */
  readonly reversed: OperationSchema;
}

/** How one service is spoken to, from the schemas its SDK client carries at run time. */
export interface ServiceModel {
  readonly service: ServiceName;
  /** The client's own end of the protocol; the server borrows its serializers. */
  readonly protocol: HttpProtocol;
  /** 'aws.protocols#ec2Query' */
  readonly protocolId: string;
  readonly namespace: string;
  readonly xmlNamespace: string;
  /** Spoke the query protocol once, and keeps its error codes beside the new ones. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** The error of a code, by either of its names. */
  error(code: string): ErrorModel | undefined;
}

const models = new Map<ServiceName, Promise<ServiceModel>>();

export function serviceModel(service: ServiceName): Promise<ServiceModel> {
  let model = models.get(service);
  if (model === undefined) {
    model = build(service);
    models.set(service, model);
  }
  return model;
}

async function build(service: ServiceName): Promise<ServiceModel> {
  const { exports, config } = await loadClient(service);
  const { protocol, protocolSettings } = config;
  if (!(protocol instanceof HttpProtocol))
    throw new Error(`The SDK's client of ${service} has no protocol with schemas`);
  const settings = (protocolSettings ?? {}) as { xmlNamespace?: string; awsQueryCompatible?: boolean };
  const schemas = Object.entries(exports).flatMap(([name, value]) => (isSchema(name, value) ? [value] : []));
  const errors = new Map<string, ErrorModel>();
  for (const schema of schemas.filter(([kind]) => kind === ERROR)) {
    const error = errorModel(schema);
    errors.set(error.name, error);
    if (error.queryCode !== undefined && !errors.has(error.queryCode)) errors.set(error.queryCode, error);
  }
  return {
    service,
    protocol,
    protocolId: protocol.getShapeId(),
    namespace: protocol.options.defaultNamespace,
    xmlNamespace: settings.xmlNamespace ?? '',
    queryCompatible: settings.awsQueryCompatible === true,
    operations: new Map(
      schemas.filter(([kind]) => kind === OPERATION).map((schema) => [schema[2], operationModel(schema)]),
    ),
    error: (code) => errors.get(code),
  };
}

/** The SDK names schemas with a dollar at the end: `DescribeVpcs$`. */
const isSchema = (name: string, value: unknown): value is ShippedSchema => name.endsWith('$') && Array.isArray(value);

function operationModel([, namespace, name, traits, inputRef, outputRef]: ShippedSchema): OperationModel {
  const { http } = traits as { http?: [method: string, path: string, status: number] };
  const input = NormalizedSchema.of(inputRef as SchemaRef);
  const output = NormalizedSchema.of(outputRef as SchemaRef);
  return {
    name,
    input,
    output,
    http: http && { method: http[0], path: http[1], status: http[2] },
    reversed:
      http === undefined
        ? operation(namespace, name, 0, outputRef as SchemaRef, inputRef as SchemaRef)
        : operation(namespace, name, 0, withoutUrlTraits(output), withoutUrlMembers(input)),
  };
}

/** Traits that bind a member to the URL of a request, which a response has none of. */
const isInUrl = (member: NormalizedSchema): boolean => {
  const { httpLabel, httpQuery, httpQueryParams } = member.getMergedTraits();
  return httpLabel !== undefined || httpQuery !== undefined || httpQueryParams !== undefined;
};

/** What is left of an input for headers and body: the SDK would look for the rest in the body. */
function withoutUrlMembers(input: NormalizedSchema): SchemaRef {
  if (!input.isStructSchema()) return input;
  const members = [...input.structIterator()].filter(([, member]) => !isInUrl(member));
  return members.length === 0 ? 'unit' : structure(input, members);
}

/** An output in which nothing is lost to the URL: API Gateway's lists bind their `position` to a query. */
function withoutUrlTraits(output: NormalizedSchema): SchemaRef {
  if (!output.isStructSchema()) return output;
  const members = [...output.structIterator()];
  return members.some(([, member]) => isInUrl(member)) ? structure(output, members) : output;
}

function structure(schema: NormalizedSchema, members: readonly [string, NormalizedSchema][]): SchemaRef {
  const [namespace = '', name = ''] = schema.getName(true)?.split('#') ?? [];
  const refs = members.map(([, member]): [SchemaRef, object] => {
    const { httpLabel: _1, httpQuery: _2, httpQueryParams: _3, ...traits } = member.getMergedTraits();
    return [member.getSchema(), traits];
  });
  return [3, namespace, name, schema.getOwnTraits(), members.map(([memberName]) => memberName), refs] as SchemaRef;
}

function errorModel(shipped: ShippedSchema): ErrorModel {
  const [, namespace, name] = shipped;
  const schema = NormalizedSchema.of(shipped as unknown as SchemaRef);
  const { error, httpError, awsQueryError } = schema.getMergedTraits() as {
    error?: 'client' | 'server';
    httpError?: number;
    awsQueryError?: [code: string, status: number];
  };
  return {
    name,
    queryCode: awsQueryError?.[0],
    status: httpError ?? awsQueryError?.[1] ?? (error === 'server' ? 500 : 400),
    schema,
    reversed: operation(namespace, name, 0, shipped as unknown as SchemaRef, 'unit'),
  };
}

/** The protocol of a REST service, which binds members to parts of a message. */
export function restProtocol({ service, protocol }: ServiceModel): HttpBindingProtocol {
  if (!(protocol instanceof HttpBindingProtocol)) throw new Error(`${service} is no REST service`);
  return protocol;
}
