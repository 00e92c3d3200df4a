import type { AwsError } from '../../aws-error.ts';
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import type { OperationModel, ServiceModel } from '../service-model.ts';

/** One of AWS's protocols, from the server's side. */
export interface Dialect {
  /** The operation that a request names, whether or not the service has it. */
  operationName(request: HttpRequest, model: ServiceModel): string | undefined;
  /** The input in the SDK's shapes. Rejects with an `AwsError` where the request cannot be read. */
  read(request: HttpRequest, operation: OperationModel, model: ServiceModel): Promise<object>;
  write(output: object, operation: OperationModel, model: ServiceModel, requestId: string): Promise<HttpResponse>;
  /** The error in this protocol's envelope. Without a model, none of the service's own errors is meant. */
  fail(error: AwsError, model: ServiceModel | undefined, requestId: string): Promise<HttpResponse>;
}
