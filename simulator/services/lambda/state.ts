import type {
  Architecture,
  Cors,
  DestinationConfig,
  FunctionUrlAuthType,
  InvokeMode,
  Runtime,
  TracingMode,
} from '@aws-sdk/client-lambda';
import type { WorldMs } from '../../clock.ts';
import type { Maybe } from '../../maybe.ts';
import type { Principal } from '../../principal.ts';
import type { StateHome } from '../../service.ts';

/** Lambda in one account and Region. */
export interface LambdaState {
  /** By name. */
  readonly functions: Map<string, LambdaFunction>;
  /** Invocations that run now and draw on the account's pool, because their function reserves no concurrency. */
  runningUnreserved: number;
}

export const lambdaHome: StateHome<LambdaState> = {
  name: 'lambda',
  scope: 'regional',
  newState: () => ({ functions: new Map(), runningUnreserved: 0 }),
};

export interface LambdaFunction {
  readonly name: string;
  /** Without a qualifier. */
  readonly arn: string;
  readonly tags: Map<string, string>;
  /** `$LATEST`. Replaced, never changed in place: a published version shares its settings and code. */
  latest: FunctionVersion;
  /** What `$LATEST` was before an update that is still in progress: invocations keep running it until the update is through. */
  superseded: FunctionVersion | undefined;
  /** Published versions by number. */
  readonly versions: Map<string, FunctionVersion>;
  nextVersion: number;
  /** By name. */
  readonly aliases: Map<string, FunctionAlias>;
  /** Resource policies by qualifier; '' is the function's own. */
  readonly policies: Map<string, ResourcePolicy>;
  /** How asynchronous invocations are retried and where their results go, by qualifier. */
  readonly asyncConfigs: Map<string, AsyncConfig>;
  /** Function URLs by qualifier; '' is the function's own. */
  readonly urls: Map<string, FunctionUrl>;
  reservedConcurrency: number | undefined;
  running: number;
  /** Runs in the place of what the zip would do. */
  hostCode: HostCode | undefined;
  session: FunctionSession | undefined;
}

/** Settings and code as of one moment. */
export interface FunctionVersion {
  /** '$LATEST' or '1', '2' ... */
  readonly version: string;
  readonly description: string;
  readonly settings: FunctionSettings;
  readonly code: FunctionCode;
  readonly revisionId: string;
  readonly modifiedAtMs: WorldMs;
  /** `Pending` after it was made; `InProgress` after it was updated; both until `timings.functionActiveMs` have passed. */
  readonly change: 'created' | 'updated' | 'published';
}

export interface FunctionSettings {
  readonly runtime: Runtime;
  readonly handler: string;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly architectures: readonly Architecture[];
  readonly tracing: TracingMode;
  readonly vpc: FunctionVpc | undefined;
  /** The queue for events that were given up. */
  readonly deadLetterArn: string | undefined;
}

/** Where a function's network interfaces are. */
export interface FunctionVpc {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** A deployment package, unzipped once when it was uploaded. */
export interface FunctionCode {
  readonly sizeBytes: number;
  /** Base64, as Lambda reports it. */
  readonly sha256: string;
  /** By path within the package. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface FunctionAlias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Share of invocations (0..1) that go to other versions. */
  readonly otherVersions: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

export interface ResourcePolicy {
  readonly statements: Map<string, object>;
  revisionId: string;
}

/** An HTTPS endpoint of a function or of one of its aliases. Replaced, never changed in place. */
export interface FunctionUrl {
  /** The first label of its host name: 32 characters, never given out twice. */
  readonly id: string;
  readonly authType: FunctionUrlAuthType;
  readonly cors: Cors | undefined;
  readonly invokeMode: InvokeMode;
  readonly createdAtMs: WorldMs;
  readonly modifiedAtMs: WorldMs;
}

export interface AsyncConfig {
  readonly maximumRetryAttempts: number | undefined;
  readonly maximumEventAgeSeconds: number | undefined;
  readonly destinations: DestinationConfig;
  readonly modifiedAtMs: WorldMs;
}

/** The credentials a function runs with: a session of its role, known to the world for as long as the function has that role. */
export interface FunctionSession {
  readonly principal: Principal;
  readonly credentials: Credentials;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Code of the process the simulator runs in, that answers for a function. What it throws becomes the function's error. */
export type HostCode = (event: unknown, context: HostContext) => Maybe<unknown>;

/** What host code is told about its invocation: all that code in Lambda could find out for itself. */
export interface HostContext {
  readonly functionName: string;
  /** As invoked, with the version or alias if one was named. */
  readonly functionArn: string;
  readonly region: string;
  readonly account: string;
  /** The function's variables and those Lambda sets (`AWS_REGION`, `AWS_LAMBDA_FUNCTION_NAME` ...). */
  readonly environment: Readonly<Record<string, string>>;
  readonly awsRequestId: string;
  readonly deadlineMs: WorldMs;
  readonly principal: Principal;
  readonly credentials: Credentials;
  /** Aborted when the invocation times out, or its Region goes dark: Lambda would have stopped the code dead, a process cannot. */
  readonly signal: AbortSignal;
  /** Where the function's packets leave from; undefined: not from a VPC of the account. */
  readonly vpc: FunctionVpc | undefined;
  /** How far the clock of the machine is ahead of the world's: the host adds it to what it tells the code about time. */
  readonly clockSkewMs: number;
  /** A line for the function's log, where what a zip writes to its console goes as well. */
  print(line: string): void;
}
