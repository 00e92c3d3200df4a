import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Scope } from '../control-plane/loop/scope.ts';
import { read } from '../control-plane/model/aws-call.ts';
import { Fault, type FaultName, isFault } from '../control-plane/model/faults.ts';
import { problem } from '../control-plane/model/problem.ts';
import { isRegion } from '../control-plane/model/region.ts';
import { epochMs } from '../control-plane/model/units.ts';
import { type Caller, converse } from '../handlers/runtime/caller.ts';
import type { FleetState } from '../handlers/runtime/fleet-state.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { leftOutIn, type Runtime } from '../handlers/runtime/runtime.ts';
import { operatorCaller } from '../operator/operator-caller.ts';
import { BadInput } from './exit.ts';
import { type Printer, printer } from './print.ts';

const SIMULATOR_URL = 'http://127.0.0.1:4566';

export interface GlobalOptions {
  readonly endpointUrl?: string;
  readonly simulator?: true;
  readonly home: string;
  readonly table: string;
  readonly output: 'text' | 'json';
}

/** What every command but `start` and `validate` works with: an AWS, and where to print. */
export interface Context {
  readonly runtime: Runtime;
  readonly print: Printer;
  /** The ARN that AWS knows the operator by. */
  readonly who: string;
  /** `undefined`: AWS itself. */
  readonly endpointUrl: string | undefined;
}

export const printerOf = (command: Command): Printer =>
  printer(command.optsWithGlobals<GlobalOptions>().output === 'json');

/** What an AWS is reached with: where it answers, `undefined` being AWS itself, and the environment that clients are made of. */
export interface Reach {
  readonly endpointUrl: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function reachOf(command: Command): Reach {
  const options = command.optsWithGlobals<GlobalOptions>();
  const endpointUrl = options.simulator ? SIMULATOR_URL : options.endpointUrl;
  if (endpointUrl !== undefined && !/^https?:$/.test(URL.parse(endpointUrl)?.protocol ?? ''))
    throw new BadInput([problem('--endpoint-url', `"${endpointUrl}" is no URL`, `write one such as ${SIMULATOR_URL}`)]);
  // Whoever names an endpoint here means all of AWS, whatever their shell has for single services.
  const isNamedHere = options.simulator === true || command.getOptionValueSourceWithGlobals('endpointUrl') === 'cli';
  return {
    endpointUrl,
    environment: {
      ...(isNamedHere ? withoutEndpoints(process.env) : process.env),
      // Members' accounts are entered through the STS of home, as functions do: any other Region may be the one that is gone.
      AWS_REGION: options.home,
      ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl }),
      ...(options.simulator && { AWS_ACCESS_KEY_ID: '111122223333', AWS_SECRET_ACCESS_KEY: 'simulator' }),
    },
  };
}

const withoutEndpoints = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_ENDPOINT_URL')));

/**
 * Reaches the AWS that the options and the SDK's own environment variables name, and asks it who we are.
 *
 * Faults  BadInput where home is no Region; Forbidden or Unavailable, with what to do about it
 */
export async function contextOf(command: Command): Promise<Context> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const { endpointUrl, environment } = reachOf(command);
  if (!isRegion(options.home))
    throw new BadInput([
      problem('--home', `${options.home} is not an AWS Region`, 'correct its spelling, there or in LANDBRIDGE_HOME'),
    ]);
  const call = tellingOfTheTable(operatorCaller(environment), options);
  try {
    const { Account = '', Arn = Account } = await converse(read(options.home, 'sts', 'getCallerIdentity', {}), call);
    return {
      endpointUrl,
      print: printerOf(command),
      who: Arn,
      runtime: {
        call,
        nowMs: () => epochMs(Date.now()),
        sleep: (ms) => pause(ms),
        chance: Math.random,
        requester: undefined,
        print: (line) => console.error(line),
        settings: {
          table: options.table,
          home: options.home,
          account: Account,
          region: options.home,
          fleet: undefined,
          topicArn: undefined,
          leftOut: leftOutIn(process.env),
        },
      },
    };
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new Fault(error.fault, `${remedyFor(error.fault, endpointUrl, options.home)}. (${error.message})`, {
      cause: error,
    });
  }
}

/** What to do where nobody says who we are. No endpoint is AWS itself, which nobody starts: home may be what is gone. */
export function remedyFor(fault: FaultName, endpointUrl: string | undefined, home: string): string {
  if (fault !== 'Unavailable')
    return `${endpointUrl ?? 'AWS'} does not know who you are: sign in, or use --simulator for the one that npm start runs`;
  if (endpointUrl !== undefined)
    return `nothing answers at ${endpointUrl}: start it (npm start runs the simulator), or name another with --endpoint-url`;
  return [
    `AWS does not answer in ${home}: look whether --home is right, whether this machine reaches the network, and at https://health.aws.amazon.com`,
    `where ${home} is home and gone for good, its standby takes over: landbridge takeover --home STANDBY`,
  ].join('; ');
}

/** Whoever looks in the wrong Region, or before anything was deployed, finds no table: said so, for commands that cannot go on. */
const tellingOfTheTable =
  (call: Caller, { home, table }: GlobalOptions): Caller =>
  async (made) => {
    try {
      return await call(made);
    } catch (error) {
      if (made.service !== 'dynamodb' || !isFault(error, 'Absent')) throw error;
      const remedy =
        'name the home of the fleets with --home or LANDBRIDGE_HOME, and the table with --table or LANDBRIDGE_TABLE; landbridge deploy makes it where it never was';
      throw new Fault('Absent', `there is no state table ${table} in ${home}: ${remedy}`, { cause: error });
    }
  };

/** That none of the fleets in force is called so. */
export const noFleet = (name: string, fleets: readonly string[]): BadInput =>
  new BadInput([
    problem(
      '--fleet',
      `there is no fleet called ${JSON.stringify(name)}`,
      fleets.length === 0 ? 'put one in force with landbridge put FILE' : `name one of ${fleets.join(', ')}`,
    ),
  ]);

/** The fleet a command is about: the one named, or the only one there is. Bad input where none is called so. */
export async function fleetNamed(name: string | undefined, { runtime }: Context): Promise<string> {
  const fleets = await new FleetStore(runtime).fleets();
  if (name !== undefined && fleets.includes(name)) return name;
  if (name !== undefined) throw noFleet(name, fleets);
  const [only] = fleets;
  if (fleets.length === 1 && only !== undefined) return only;
  throw new Fault(
    'Rejected',
    fleets.length === 0
      ? 'there is no fleet yet: put one in force with landbridge put FILE'
      : `there are several fleets, ${fleets.join(', ')}: say which with --fleet`,
  );
}

/** All that is known of it. */
export const fleetStateOf = async (name: string | undefined, context: Context): Promise<FleetState> =>
  new FleetStore(context.runtime).load(await fleetNamed(name, context));

/** What `--region` leaves of a fleet: a name that is no member's would leave nothing, and look like all is well. */
export function scopeOf(regions: readonly string[] | undefined, { members }: FleetState): Scope {
  if (regions === undefined) return {};
  const known = members.map(({ region }) => region);
  const strangers = regions.filter((region) => !known.includes(region));
  if (strangers.length === 0) return { regions };
  const remedy = `name some of ${known.join(', ') || 'none yet: join one first'}`;
  throw new BadInput(strangers.map((region) => problem('--region', `${region} is not a member`, remedy)));
}
