import { accountOf, inAccount } from '../control-plane/model/accounts.ts';
import type { Fleet } from '../control-plane/model/fleet.ts';
import { allRegions } from '../control-plane/model/region.ts';
import { STATE_TABLE } from '../control-plane/model/state-table.ts';
import { epochMs } from '../control-plane/model/units.ts';
import { ArtefactStore } from '../handlers/runtime/artefact-store.ts';
import { type Caller, converse } from '../handlers/runtime/caller.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { Journal, type JournalEntry } from '../handlers/runtime/journal.ts';
import { type Runtime, settingsFrom } from '../handlers/runtime/runtime.ts';
import { sdkCaller } from '../handlers/runtime/sdk-caller.ts';
import { ensureFleetRoles } from '../operator/fleet-roles.ts';
import { operatorCaller } from '../operator/operator-caller.ts';
import { rootOf } from '../simulator/principal.ts';
import type { HostContext } from '../simulator/services/lambda/host.ts';
import { sfnHome } from '../simulator/services/sfn/state.ts';
import type { World } from '../simulator/world.ts';
import { hostAgents, withinOf } from './agent-host.ts';
import { dataPlaneRequester } from './data-plane-requester.ts';
import { directCaller } from './direct-caller.ts';
import { ensureCertificate, ensureTable, ensureTopic } from './ground.ts';
import { install, installMembers } from './install.ts';
import type { OtherEndpoint } from './other-endpoints.ts';

/** How handlers reach AWS. */
export type Reach =
  /** Straight into the world: virtual time. */
  | { readonly kind: 'in-process' }
  /** Through the SDK, over HTTP; `resources` where what the fleet owns lives at another endpoint. */
  | { readonly kind: 'wire'; readonly simulator: string; readonly resources?: Resources };

export interface Resources {
  readonly endpoint: OtherEndpoint;
  /** Reaches it with the operator's own credentials: those of simulated functions are nobody's there. */
  readonly call: Caller;
}

export interface LocalOptions {
  readonly world: World;
  readonly home: string;
  /** Where agents report too, and events are forwarded to besides. */
  readonly standby?: string | undefined;
  readonly reach: Reach;
  /** What another home has made is there: its roles, its agents, the state table, of which this is a replica. */
  readonly takesOver?: true;
  /** Wraps the caller of every handler of the control plane, and of no agent: a test's way to count calls, or to end a handler between two of them. */
  readonly around?: (caller: Caller) => Caller;
  /** Accounts that have members besides the control plane's, and which fleets' they are. Left out: none. */
  readonly memberAccounts?: Readonly<Record<string, readonly string[]>>;
  /** Who of the control plane's account may look there besides: ARNs of roles and users. */
  readonly operators?: readonly string[] | undefined;
}

export interface Execution {
  readonly arn: string;
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** Landbridge on this machine: the real workflows, signals and handlers, in a simulated AWS. */
export interface LocalLandbridge {
  readonly world: World;
  readonly home: string;
  /** Calls as the operator does, outside any function. */
  readonly operator: Runtime;
  /** Puts a fleet in force, and makes what AWS would already have: roles, and certificates in these Regions. */
  put(fleet: Fleet, artefacts: ReadonlyMap<string, Uint8Array>): Promise<void>;
  start(workflow: string, input: object, name?: string): Promise<string>;
  describe(executionArn: string): Promise<Execution>;
  /** Waits, in the world's time, until the execution has ended. */
  ended(executionArn: string): Promise<Execution>;
}

const POLL_MS = 1_000;

/** Sets Landbridge up in a world. Everything after that goes through AWS's own calls. */
export async function localLandbridge({
  world,
  home,
  standby,
  reach,
  around = (caller) => caller,
  memberAccounts = {},
  operators,
  takesOver,
}: LocalOptions): Promise<LocalLandbridge> {
  const { account, clock } = world;
  const resources = reach.kind === 'wire' ? reach.resources : undefined;
  const environment: Record<string, string> = {
    ...(reach.kind === 'wire' && { AWS_ENDPOINT_URL: reach.simulator }),
    ...(resources !== undefined && { LANDBRIDGE_LEFT_OUT: JSON.stringify(resources.endpoint.leftOut) }),
  };
  const settings = {
    LANDBRIDGE_TABLE: STATE_TABLE,
    LANDBRIDGE_HOME: home,
    LANDBRIDGE_ACCOUNT: account,
    ...environment,
  };
  const chance = world.random.fork('handlers');
  const requester = resources === undefined ? dataPlaneRequester(world, account) : undefined;

  /** Kept, as a container keeps its clients, and with them its ways into members' accounts. */
  const callers = new Map<string, Caller>();
  const kept = (name: string, make: () => Caller): Caller => {
    let caller = callers.get(name);
    if (caller === undefined) callers.set(name, (caller = make()));
    return caller;
  };
  const runtimeOf = (call: Caller, own: Readonly<Record<string, string>>): Runtime => ({
    call,
    nowMs: () => epochMs(clock.nowMs()),
    sleep: (ms) => clock.sleep(ms),
    chance: () => chance.next(),
    requester,
    within: withinOf(world),
    print: () => undefined,
    settings: settingsFrom(own),
  });
  const reaching = (caller: Caller): Caller => (resources === undefined ? caller : byService(caller, resources.call));

  /** Whoever sets this up has every account's own credentials, and all commands there are. */
  const operatorIn = (id: string): Caller =>
    reach.kind === 'in-process'
      ? directCaller(world, id, rootOf(id))
      : operatorCaller({ ...environment, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: 'operator' });
  const operatorCall: Caller = ({ account: members, ...call }) => {
    const id = members?.id ?? account;
    return reaching(kept(`operator in ${id}`, () => operatorIn(id)))(call);
  };
  const operator = runtimeOf(operatorCall, settings);

  /** What a function calls AWS with: the credentials that it runs under, and the commands that it is deployed with. */
  const callerIn = (context: HostContext): Caller => {
    const { principal, credentials, region, functionName } = context;
    if (reach.kind === 'in-process')
      return kept(`${principal.arn} from ${region}`, () =>
        directCaller(world, context.account, principal, { from: region, functionName }),
      );
    const keys = {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_REGION: region,
    };
    const make = (): Caller =>
      sdkCaller({ ...context.environment, ...environment, ...keys }, undefined, () => clock.nowMs());
    return reaching(kept(credentials.accessKeyId, make));
  };

  await install(world, {
    account,
    home,
    standby,
    takesOver,
    table: STATE_TABLE,
    memberAccounts: Object.keys(memberAccounts),
    environment,
    host: (spec) => {
      const container = {};
      return (event, context) =>
        spec.handler.runIn(
          {
            ...runtimeOf(around(callerIn(context)), context.environment),
            // By the clock that it was begun with.
            nowMs: () => epochMs(clock.nowMs() + context.clockSkewMs),
            print: context.print,
            container,
          },
          event,
        );
    },
  });
  hostAgents(world, { chance: world.random.fork('agents'), callerFor: callerIn });
  if (takesOver !== true) await ensureTable(operator, standby);
  for (const [id, fleets] of Object.entries(memberAccounts))
    await installMembers(world, {
      controlPlane: account,
      account: id,
      fleets,
      home,
      standby,
      table: STATE_TABLE,
      peers: Object.keys(memberAccounts).filter((other) => other !== id),
      operators,
    });

  const describe = async (executionArn: string): Promise<Execution> => {
    const found = (await world.invoke({
      service: 'sfn',
      operation: 'DescribeExecution',
      input: { executionArn },
      place: { account, region: home },
      principal: rootOf(account),
    })) as { status: string; output?: string; error?: string; cause?: string };
    return {
      arn: executionArn,
      status: found.status,
      ...(found.output !== undefined && { output: JSON.parse(found.output) as unknown }),
      ...(found.error !== undefined && { error: found.error }),
      ...(found.cause !== undefined && { cause: found.cause }),
    };
  };

  return {
    world,
    home,
    operator,
    async put(fleet, artefacts) {
      await converse(ensureFleetRoles(fleet), operator.call);
      for (const region of new Set([fleet.home, fleet.standby ?? fleet.home]))
        await converse(ensureTopic(region), operator.call);
      // On AWS itself whoever runs a fleet has had them issued: nothing is asked for in anybody's name.
      if (resources?.endpoint.name !== 'AWS')
        await Promise.all(
          allRegions.map((region) => {
            const where = accountOf(fleet, fleet.members[region]);
            const dialogue = inAccount(fleet.name, where, ensureCertificate(region, fleet.domain));
            return converse(dialogue, operator.call);
          }),
        );
      for (const [codeSha256, zip] of artefacts) await new ArtefactStore(operator).put(codeSha256, zip);
      await new FleetStore(operator).put(fleet);
      if (resources !== undefined)
        await new Journal(operator).append(fleet.name, notesOn(resources.endpoint, operator));
    },
    async start(workflow, input, name) {
      const { executionArn } = (await world.invoke({
        service: 'sfn',
        operation: 'StartExecution',
        input: {
          stateMachineArn: `arn:aws:states:${home}:${account}:stateMachine:landbridge-${workflow}`,
          input: JSON.stringify(input),
          ...(name !== undefined && { name }),
        },
        place: { account, region: home },
        principal: rootOf(account),
      })) as { executionArn: string };
      return executionArn;
    },
    describe,
    async ended(executionArn) {
      // Asked for over and over, it would be most of the calls that a world ever sees.
      const isUnderWay = (): boolean =>
        world.look(sfnHome, { account, region: home }).executions.get(executionArn)?.status === 'RUNNING';
      while (isUnderWay()) await clock.sleep(POLL_MS);
      return describe(executionArn);
    },
  };
}

/** What nobody may take for done, on record before anything is. */
const notesOn = ({ name, leftOut, caveats }: OtherEndpoint, { nowMs }: Runtime): JournalEntry[] =>
  [...Object.entries(leftOut).map(([kind, why]) => `${kind} is left out: ${why}`), ...caveats].map((says) => ({
    run: `resources at ${name}`,
    atMs: nowMs(),
    what: 'finding',
    says,
  }));

/** Workflows run here, whatever they work on lives there. */
const byService =
  (here: Caller, there: Caller): Caller =>
  (call) =>
    call.service === 'sfn' ? here(call) : there(call);
