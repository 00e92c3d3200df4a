import { z } from 'zod';
import type { EpochMs } from '../../control-plane/model/units.ts';
import type { Caller } from './caller.ts';
import type { PublicRequester, Requester } from './requester.ts';

/**
 * Everything a handler may ask of the world outside it. Lambda gives it one made of the SDK and the machine's clock
 * (`lambda-runtime.ts`); `local/` gives it one made of the simulator.
 */
export interface Runtime {
  readonly call: Caller;
  nowMs(): EpochMs;
  sleep(ms: number): Promise<void>;
  /** 0 <= x < 1 */
  chance(): number;
  readonly requester: Requester;
  /** Makes requests over the public internet. Left out: nothing here may. */
  readonly publicRequester?: PublicRequester;
  /** Answers what the work answers, or `undefined` if that takes longer: the work goes on, and nobody waits for it. Left out: all is waited for. */
  within?<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined>;
  /** Lives as long as the container a function runs in: by it a function remembers, from one invocation to the next. */
  readonly container?: object;
  /** One line to the function's log. */
  print(line: string): void;
  readonly settings: Settings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the deployment tells a function through its environment. */
export interface Settings {
  /** 'landbridge-state' */
  readonly table: string;
  readonly home: string;
  readonly account: string;
  /** Where this function runs. */
  readonly region: string;
  /** Whose agent this is; the control plane's own functions serve every fleet. */
  readonly fleet: string | undefined;
  /** The topic that people are told through. */
  readonly topicArn: string | undefined;
  /** What the AWS this runs against cannot hold: why, by kind. Only an emulator in its place leaves anything out. */
  readonly leftOut: Readonly<Record<string, string>>;
}

/** Reads the settings of a function's environment. Throws, naming the variable, where one is missing. */
export function settingsFrom(environment: Environment): Settings {
  const required = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`the environment variable ${name} is missing`);
    return value;
  };
  const home = required('LANDBRIDGE_HOME');
  return {
    table: required('LANDBRIDGE_TABLE'),
    home,
    account: required('LANDBRIDGE_ACCOUNT'),
    region: environment.AWS_REGION ?? home,
    fleet: environment.LANDBRIDGE_FLEET,
    topicArn: environment.LANDBRIDGE_TOPIC,
    leftOut: leftOutIn(environment),
  };
}

const LeftOut = z.record(z.string(), z.string());

/** Reads `LANDBRIDGE_LEFT_OUT`: '{"domain-name":"why not"}'. */
export function leftOutIn({ LANDBRIDGE_LEFT_OUT = '{}' }: Environment): Settings['leftOut'] {
  try {
    return LeftOut.parse(JSON.parse(LANDBRIDGE_LEFT_OUT));
  } catch (error) {
    throw new Error('the environment variable LANDBRIDGE_LEFT_OUT is not JSON that says why, by kind', {
      cause: error,
    });
  }
}
