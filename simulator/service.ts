import type { WorldMs } from './clock.ts';
import type { Principal } from './principal.ts';
import type { World } from './world.ts';

/** Where state is kept: everything in AWS belongs to one account and, but for global services, to one Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What an operation knows of the call it answers. */
export interface Call<State> {
  readonly place: Place;
  /** This service's state in `place`. */
  readonly state: State;
  readonly world: World;
  readonly principal: Principal;
  /** Whoever copies a call copies it by name: it is worked out when it is looked at. */
  readonly requestId: string;
  /** The same, for whoever keeps it and seldom looks: of most calls nobody asks for it. */
  readonly laterId?: () => string;
  readonly nowMs: WorldMs;
}

/** What a method of an SDK client takes and answers. Each has three signatures, of which two are for callbacks. */
type SignaturesOf<Method> = Method extends {
  (args: infer Input, options?: never): Promise<infer Output>;
  (args: never, callback: never): void;
  (args: never, options: never, callback: never): void;
}
  ? { input: Input; output: Omit<Output, '$metadata'> }
  : never;

/** What an SDK client has beside AWS's operations. */
type NotAnOperation = 'config' | 'middlewareStack' | 'send' | 'destroy' | 'initConfig';

/** What an operation takes, by its name on the wire: `InputOf<EC2, 'DescribeVpcs'>`. */
export type InputOf<Client, Name extends string> =
  Uncapitalize<Name> extends keyof Client ? SignaturesOf<Client[Uncapitalize<Name>]>['input'] : never;
/** What it answers. */
export type OutputOf<Client, Name extends string> =
  Uncapitalize<Name> extends keyof Client ? SignaturesOf<Client[Uncapitalize<Name>]>['output'] : never;

/**
 * Operations by their name on the wire ('DescribeVpcs'), with inputs and outputs in the SDK's own shapes:
 * timestamps are `Date`, blobs are `Uint8Array`, absent members are left out.
 * What is not implemented is simply not there, and answers `UnknownOperationException`, by name.
 */
export type Operations<Client, State> = {
  readonly [Method in keyof Client & string as Method extends
    | NotAnOperation
    | `paginate${string}`
    | `waitUntil${string}`
    ? never
    : Capitalize<Method>]?: (
    input: SignaturesOf<Client[Method]>['input'],
    call: Call<State>,
  ) => SignaturesOf<Client[Method]>['output'] | Promise<SignaturesOf<Client[Method]>['output']>;
};

/**
 * Where a service keeps its state, and how that begins: all that `World.state` asks of it.
 *
 * Services read each other's state, API Gateway that of ACM and ACM that of API Gateway: by these, which stand in
 * `state.ts` and know no operation, so that no service needs to load another.
 */
export interface StateHome<State = unknown> {
  /** As in AWS's SDK package: 'ec2', 'route-53', 'api-gateway', 'sfn' ... */
  readonly name: ServiceName;
  /** Global services keep their state in us-east-1, whatever Region the caller named. */
  readonly scope: 'regional' | 'global';
  newState(place: Place, world: World): State;
}

/** One AWS service: its state per place and the operations that read and change it. */
export interface Service<Client = unknown, State = unknown> extends StateHome<State> {
  /** CloudTrail's name for it, 'ec2.amazonaws.com'; EventBridge's source is derived from it, 'aws.ec2'. */
  readonly eventSource: string;
  readonly operations: Operations<Client, State>;
  /** Operations that CloudTrail calls data events and does not record by default (`Invoke`, `PutItem` ...). */
  readonly dataEvents?: ReadonlySet<string>;
  /** Operations that are no reads, and yet leave everything as it is that a read tells (`Invoke`). */
  readonly keeps?: ReadonlySet<string>;
}

export type ServiceName =
  | 'acm'
  | 'api-gateway'
  | 'cloudtrail'
  | 'cloudwatch'
  | 'cloudwatch-logs'
  | 'dynamodb'
  | 'ec2'
  | 'eventbridge'
  | 'iam'
  | 'lambda'
  | 'route-53'
  | 'service-quotas'
  | 'sfn'
  | 'sns'
  | 'sqs'
  | 'ssm'
  | 'sts';

const readOnly = new Map<string, boolean>();

/** Operations without side effects: CloudTrail's `readOnly`. */
export function isReadOnly(operation: string): boolean {
  let isIt = readOnly.get(operation);
  if (isIt === undefined) {
    isIt = /^(Get|List|Describe|Test|Search|Lookup|Query|Scan|BatchGet|TransactGet|Simulate|Filter|AssumeRole)/.test(
      operation,
    );
    readOnly.set(operation, isIt);
  }
  return isIt;
}
