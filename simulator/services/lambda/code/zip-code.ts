import type { Maybe } from '../../../maybe.ts';
import type { World } from '../../../world.ts';
import type { FunctionVersion, HostContext } from '../state.ts';
import { CodeFault, cannotFind } from './code-fault.ts';
import { commonJsLoader } from './commonjs.ts';
import { asInLambda, importFromPackage } from './es-module.ts';
import { PackageFiles } from './package-files.ts';
import { type Outside, sandboxGlobals } from './sandbox.ts';

export { CodeFault } from './code-fault.ts';

export type Code = (event: unknown, context: HostContext) => Maybe<unknown>;
type Handler = (event: unknown, context: object, callback?: (error: unknown, result: unknown) => void) => unknown;

/** A warm execution environment: code that is loaded and keeps what it put into its module's variables. */
interface Environment {
  readonly handler: Promise<Handler>;
  /** Once it is loaded: what is asked for at every request is not waited for each time. */
  loaded: Handler | undefined;
  requestId: string;
  print: (line: string) => void;
  /** Held here for its code, which does not hold it. */
  readonly outside: Outside;
}

const environments = new WeakMap<FunctionVersion, Environment>();

/**
 * The code of a function's zip, loaded at the first invocation and kept for the next: one environment per version,
 * where Lambda starts one for each invocation that runs at the same time as others.
 */
export const zipCode =
  (world: World, version: FunctionVersion, print: (line: string) => void): Code =>
  async (event, context) => {
    let environment = environments.get(version);
    if (environment === undefined) {
      environment = started(world, version, context);
      environments.set(version, environment);
    }
    environment.requestId = context.awsRequestId;
    environment.print = print;
    try {
      const handler = environment.loaded ?? (await loadedIn(environment, version));
      return await answerOf(handler, event, lambdaContext(world, version, context), version);
    } catch (error) {
      if (error instanceof Error && error.stack !== undefined) error.stack = asInLambda(error.stack);
      throw error;
    }
  };

async function loadedIn(environment: Environment, version: FunctionVersion): Promise<Handler> {
  try {
    environment.loaded = await environment.handler;
    return environment.loaded;
  } catch (error) {
    // What could not be loaded is tried again the next time, as Lambda does.
    environments.delete(version);
    throw loadFault(error);
  }
}

function started(world: World, version: FunctionVersion, { environment: variables }: HostContext): Environment {
  const files = new PackageFiles(version.code.files);
  const environment: Environment = {
    handler: Promise.resolve().then(() => load()),
    loaded: undefined,
    requestId: '',
    print: () => {},
    outside: {
      clock: world.clock,
      print: (level, message) =>
        environment.print(
          `${new Date(world.clock.nowMs()).toISOString()}\t${environment.requestId}\t${level}\t${message}`,
        ),
    },
  };
  const globals = sandboxGlobals(new WeakRef(environment.outside), variables);
  const require = commonJsLoader(files, globals);
  const load = async (): Promise<Handler> => {
    const { path, exportNames, written } = handlerAt(version.settings.handler, files);
    const module: unknown = files.isEsModule(path)
      ? await importFromPackage({ files, globals, require }, path)
      : require(path);
    let handler: unknown = module;
    for (const name of exportNames) handler = Object(handler)[name];
    if (handler === undefined || handler === null)
      throw new CodeFault('Runtime.HandlerNotFound', `${written} is undefined or not exported`);
    if (typeof handler !== 'function') throw new CodeFault('Runtime.HandlerNotFound', `${written} is not a function`);
    return handler as Handler;
  };
  return environment;
}

/** Source: aws-lambda-nodejs-runtime-interface-client, UserFunction.js: folder/module.export, `.js` before `.mjs` before `.cjs`. */
function handlerAt(handler: string, files: PackageFiles): { path: string; exportNames: string[]; written: string } {
  const folder = handler.slice(0, handler.lastIndexOf('/') + 1);
  const written = handler.slice(folder.length);
  const dot = written.indexOf('.');
  if (dot < 1 || handler.includes('..')) throw new CodeFault('Runtime.MalformedHandlerName', 'Bad handler');
  const module = `${folder}${written.slice(0, dot)}`;
  const path = ['', '.js', '.mjs', '.cjs'].map((ending) => module + ending).find((file) => files.has(file));
  if (path === undefined) throw cannotFind(written.slice(0, dot), '');
  return { path, exportNames: written.slice(dot + 1).split('.'), written };
}

function loadFault(error: unknown): unknown {
  if (error instanceof CodeFault || !(error instanceof Error)) return error;
  const trace = asInLambda(error.stack ?? '')
    .split('\n')
    .slice(1);
  if (error.name === 'SyntaxError')
    return new CodeFault('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, trace);
  if ('code' in error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND'))
    return new CodeFault('Runtime.ImportModuleError', `Error: ${error.message}`, trace);
  return error;
}

/** Source: Lambda Developer Guide, "Define Lambda function handler in Node.js": callback handlers end with nodejs24.x. */
async function answerOf(
  handler: Handler,
  event: unknown,
  context: object,
  { settings }: FunctionVersion,
): Promise<unknown> {
  if (handler.length < 3) return handler(event, context);
  if (Number(/^nodejs(\d+)/.exec(settings.runtime)?.[1]) >= 24)
    throw new CodeFault(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.',
    );
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (returned instanceof Promise) returned.then(resolve, reject);
  });
}

/** Source: Lambda Developer Guide, "Using the Lambda context object". */
const lambdaContext = (
  world: World,
  { settings, version }: FunctionVersion,
  { functionName, functionArn, awsRequestId, deadlineMs, environment }: HostContext,
): object => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName,
  functionVersion: version,
  invokedFunctionArn: functionArn,
  memoryLimitInMB: String(settings.memoryMb),
  awsRequestId,
  logGroupName: environment['AWS_LAMBDA_LOG_GROUP_NAME'],
  logStreamName: environment['AWS_LAMBDA_LOG_STREAM_NAME'],
  getRemainingTimeInMillis: () => deadlineMs - world.clock.nowMs(),
});
