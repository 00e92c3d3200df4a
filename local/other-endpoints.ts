import { Fault } from '../control-plane/model/faults.ts';

/** An AWS in the place of the simulator: what a fleet owns lives there, and its workflows and functions run here. */
export interface OtherEndpoint {
  /** 'moto at http://127.0.0.1:5000' */
  readonly name: string;
  /** `undefined`: AWS itself. */
  readonly url: string | undefined;
  /** Nothing takes time there, so that waiting for it need not take any here. */
  readonly isInstant: boolean;
  /** Kinds that it cannot hold, or to no purpose, and why. Their targets are left out of every plan, and said to be. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** What else is not as on AWS, or cannot be seen from here: one sentence each. */
  readonly caveats: readonly string[];
}

type Emulator = Pick<OtherEndpoint, 'name' | 'isInstant' | 'caveats'> & {
  /** A path that it alone answers. */
  readonly answersAt: string;
  /** Kinds that it cannot hold, and why. */
  readonly gaps: Readonly<Record<string, string>>;
  /** Kinds that it may hold, and that nothing would come of there: what they are for does not happen. */
  readonly idle: Readonly<Record<string, string>>;
};

/** Emulators whose gaps are known. `test/referees/moto-laws.test.ts` fails where one of these is a gap no longer. */
export const emulators: readonly Emulator[] = [
  {
    name: 'moto',
    answersAt: '/moto-api/config',
    isInstant: true,
    gaps: {
      'peering-tags': 'moto loses the tags that the accepter of a peering writes on its side',
      'domain-name': 'moto makes domain names without the id by which private ones are told apart',
      'base-path-mapping': 'it hangs on the domain name, which is left out',
      'access-association': 'moto has no access associations of domain names',
      'state-replica': 'moto takes requests for replicas of a table and makes none',
    },
    idle: {
      agent:
        'nothing there lets a function into a VPC, and a prober that reaches nobody would call the whole fleet sick',
      'agent-schedule': 'it would call a prober, and there is none',
      'bit-url': 'it would lead to a health bit, and there is none',
      'health-check': 'nothing there asks a health bit, and records without a check are answered as well',
    },
    caveats: [
      'moto has no data plane: its addresses lead nowhere, and its functions need Docker to run',
      'moto never shows a blackhole: routes into a peering that is gone stay active',
      'moto imports the paths of an OpenAPI document and leaves out the rest of it, policy and endpoints among that',
    ],
  },
];

/** Of every endpoint but the simulator. */
const FROM_AFAR: readonly string[] = [
  'nothing here can make a request inside a VPC there: joins are not proven by requests',
  'nothing tells Landbridge of writes there: it sees them when it sweeps, once a minute',
];

/**
 * Takes what `--resources` says: 'aws', or the URL of an emulator, which is asked what it is.
 *
 * Faults  Rejected where it is neither; Unavailable where nothing answers
 */
export async function otherEndpoint(where: string): Promise<OtherEndpoint> {
  if (where === 'aws') return { name: 'AWS', url: undefined, isInstant: false, leftOut: {}, caveats: FROM_AFAR };
  if (!URL.canParse(where))
    throw new Fault('Rejected', `--resources: "${where}" is no URL; say http://127.0.0.1:5000, or aws for AWS itself`);
  const url = where.replace(/\/+$/, '');
  for (const { name, answersAt, isInstant, gaps, idle, caveats } of emulators) {
    const { ok } = await answerOf(`${url}${answersAt}`);
    const leftOut = { ...gaps, ...idle };
    if (ok) return { name: `${name} at ${url}`, url, isInstant, leftOut, caveats: [...FROM_AFAR, ...caveats] };
  }
  return {
    name: url,
    url,
    isInstant: false,
    leftOut: {},
    caveats: [...FROM_AFAR, 'what this emulator leaves out is not known here: whatever fails there, fails'],
  };
}

async function answerOf(url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (error) {
    throw new Fault('Unavailable', `--resources: nothing answers at ${url}; start it, or name another`, {
      cause: error,
    });
  }
}
