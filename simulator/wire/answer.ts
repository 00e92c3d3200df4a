import { AwsError } from '../aws-error.ts';
import { CallerGone } from '../caller-gone.ts';
import type { World } from '../world.ts';
import { type Caller, callerOf } from './caller.ts';
import { serviceSignedAs, signingNames } from './clients.ts';
import type { Dialect } from './dialects/dialect.ts';
import { awsQuery, ec2Query } from './dialects/query.ts';
import { restJson1, restXml } from './dialects/rest.ts';
import { awsJson1_0, awsJson1_1, rpcv2Cbor } from './dialects/rpc.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { type OperationModel, type ServiceModel, serviceModel } from './service-model.ts';
import { validate } from './validation.ts';

const dialects: Readonly<Record<string, Dialect>> = {
  'aws.protocols#awsJson1_0': awsJson1_0,
  'aws.protocols#awsJson1_1': awsJson1_1,
  'aws.protocols#awsQuery': awsQuery,
  'aws.protocols#ec2Query': ec2Query,
  'aws.protocols#restJson1': restJson1,
  'aws.protocols#restXml': restXml,
};

/** A fault of the simulator itself: not an answer AWS would give. */
export type OnFault = (fault: unknown, request: HttpRequest) => void;

/**
 * Answers one request to AWS's API as AWS would: finds the service in the signature, the operation in the message,
 * reads the input, asks the world, and writes what it says.
 *
 * Faults  CallerGone: there is nobody to answer, and the connection is best closed
 */
export async function answer(request: HttpRequest, world: World, onFault: OnFault): Promise<HttpResponse> {
  const requestId = world.random.uuid();
  let dialect = guess(request);
  let model: ServiceModel | undefined;
  try {
    const caller = callerOf(request, world);
    const service = serviceSignedAs(caller.signingName);
    if (service === undefined) throw unknownService(caller);
    model = await serviceModel(service);
    dialect = dialectOf(request, model);
    const operation = operationOf(request, dialect, model);
    const input = await dialect.read(request, operation, model);
    validate(input, operation.input, service);
    const output = await world.invoke({
      service,
      operation: operation.name,
      input,
      place: { account: caller.principal.account, region: caller.region },
      principal: caller.principal,
      requestId,
    });
    return await dialect.write(output, operation, model, requestId);
  } catch (error) {
    if (error instanceof CallerGone) throw error;
    if (error instanceof AwsError) return dialect.fail(error, model, requestId);
    onFault(error, request);
    const said = error instanceof Error ? error.message : String(error);
    return dialect.fail(
      new AwsError('InternalFailure', `The simulator failed: ${said}`, { status: 500 }),
      model,
      requestId,
    );
  }
}

/** The protocol to complain in where the service is not known. */
const guess = (request: HttpRequest): Dialect =>
  request.headers['x-amz-target'] === undefined ? awsQuery : awsJson1_1;

/** A service's own protocol, or one that it spoke before and that clients still do: CloudWatch has three. */
function dialectOf(request: HttpRequest, model: ServiceModel): Dialect {
  if (model.queryCompatible) {
    if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return rpcv2Cbor;
    if (request.headers['x-amz-target'] === undefined) return awsQuery;
  }
  const dialect = dialects[model.protocolId];
  if (dialect === undefined) throw new Error(`${model.service} speaks ${model.protocolId}, which the wire does not`);
  return dialect;
}

function operationOf(request: HttpRequest, dialect: Dialect, model: ServiceModel): OperationModel {
  const name = dialect.operationName(request, model);
  const operation = name === undefined ? undefined : model.operations.get(name);
  if (operation !== undefined) return operation;
  if (dialect === ec2Query || dialect === awsQuery)
    throw new AwsError(
      name === undefined ? 'MissingAction' : 'InvalidAction',
      `The action ${name ?? '(none)'} is not valid for this web service.`,
    );
  throw new AwsError(
    'UnknownOperationException',
    `${model.service} has no operation ${name ?? `${request.method} ${request.path}`}`,
    { status: dialect === restJson1 || dialect === restXml ? 404 : 400 },
  );
}

const unknownService = ({ signingName }: Caller): AwsError =>
  new AwsError(
    'UnknownService',
    `The simulator has no service that is signed for as '${signingName}'; it has ${signingNames.join(', ')}`,
  );
