import type { ACM } from '@aws-sdk/client-acm';
import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { CloudTrail } from '@aws-sdk/client-cloudtrail';
import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { EC2 } from '@aws-sdk/client-ec2';
import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { IAM } from '@aws-sdk/client-iam';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { Route53 } from '@aws-sdk/client-route-53';
import type { ServiceQuotas } from '@aws-sdk/client-service-quotas';
import type { SFN } from '@aws-sdk/client-sfn';
import type { SNS } from '@aws-sdk/client-sns';
import type { SSM } from '@aws-sdk/client-ssm';
import type { STS } from '@aws-sdk/client-sts';
import { Fault, isFault } from './faults.ts';
import type { Region } from './region.ts';

/** Services that may be called, by the name of their SDK package. Types only: nothing in control-plane loads the SDK. */
export interface AwsServices {
  acm: ACM;
  'api-gateway': APIGateway;
  cloudtrail: CloudTrail;
  cloudwatch: CloudWatch;
  'cloudwatch-logs': CloudWatchLogs;
  dynamodb: DynamoDB;
  ec2: EC2;
  eventbridge: EventBridge;
  iam: IAM;
  lambda: Lambda;
  'route-53': Route53;
  'service-quotas': ServiceQuotas;
  sfn: SFN;
  sns: SNS;
  ssm: SSM;
  sts: STS;
}
export type ServiceName = keyof AwsServices;

/** AWS names every operation without side effects so; Query and Scan are DynamoDB's. */
type ReadPrefix = 'get' | 'list' | 'describe' | 'test' | 'query' | 'scan' | 'batchGet';
type ReadMethod<S extends ServiceName> = Extract<keyof AwsServices[S], `${ReadPrefix}${string}`>;
type NotACall = 'config' | 'middlewareStack' | 'send' | 'destroy' | 'initConfig';
type WriteMethod<S extends ServiceName> = Exclude<
  keyof AwsServices[S] & string,
  ReadMethod<S> | NotACall | `paginate${string}` | `waitUntil${string}`
>;

type Operation<F> = F extends {
  (args: infer Input, options?: never): Promise<infer Output>;
  (args: never, callback: never): void;
  (args: never, options: never, callback: never): void;
}
  ? { input: Input; output: Output }
  : never;

/** An account that is not the control plane's own, and the fleet in whose name it is entered. */
export interface MembersAccount {
  /** '222233334444' */
  readonly id: string;
  readonly fleet: string;
}

interface Call {
  /** Left out: the control plane's own. */
  readonly account?: MembersAccount;
  readonly service: ServiceName;
  readonly region: Region;
  /** 'describeVpcs' */
  readonly method: string;
  readonly input: unknown;
}
export interface ReadCall extends Call {
  readonly access: 'read';
}
export interface WriteCall extends Call {
  readonly access: 'write';
}
export type AwsCall = ReadCall | WriteCall;

/** A conversation with AWS: yields the next call, is resumed with that call's answer or with a `Fault` thrown in. */
export type Dialogue<Kind extends AwsCall, Result> = Generator<Kind, Result, unknown>;

export function* read<S extends ServiceName, M extends ReadMethod<S>>(
  region: Region,
  service: S,
  method: M,
  input: Operation<AwsServices[S][M]>['input'],
): Dialogue<ReadCall, Operation<AwsServices[S][M]>['output']> {
  // Whoever resumes this answers with the method's own output: the one thing here that types cannot prove.
  return yield { access: 'read', region, service, method, input };
}

/** As `read`, but a resource that is not there answers `undefined`: absence is a state, not a failure. */
export function* readOrAbsent<S extends ServiceName, M extends ReadMethod<S>>(
  region: Region,
  service: S,
  method: M,
  input: Operation<AwsServices[S][M]>['input'],
): Dialogue<ReadCall, Operation<AwsServices[S][M]>['output'] | undefined> {
  try {
    return yield* read(region, service, method, input);
  } catch (error) {
    if (isFault(error, 'Absent')) return undefined;
    throw error;
  }
}

export function* write<S extends ServiceName, M extends WriteMethod<S>>(
  region: Region,
  service: S,
  method: M,
  input: Operation<AwsServices[S][M]>['input'],
): Dialogue<WriteCall, Operation<AwsServices[S][M]>['output']> {
  return yield { access: 'write', region, service, method, input };
}

/** As `write`, for a delete: what is gone already is what was wanted. */
export function* writeUnlessAbsent<S extends ServiceName, M extends WriteMethod<S>>(
  region: Region,
  service: S,
  method: M,
  input: Operation<AwsServices[S][M]>['input'],
): Dialogue<WriteCall, void> {
  try {
    yield* write(region, service, method, input);
  } catch (error) {
    if (!isFault(error, 'Absent')) throw error;
  }
}

/** What an answer always holds, though the SDK's types allow that it may not. */
export function answered<Value>(value: Value | undefined, method: string): Value {
  if (value === undefined) throw new Fault('Unavailable', `${method} answered without what it always answers with`);
  return value;
}
