import pc from 'picocolors';
import { provingPath } from '../../control-plane/loop/verify.ts';
import { accountAt } from '../../control-plane/model/accounts.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { breakages } from '../../local/breakages.ts';
import { type CallerSpec, callersIn } from '../../local/callers.ts';
import type { Execution, LocalLandbridge } from '../../local/local-landbridge.ts';
import { type Healing, heal, untilCalm } from '../../local/scenario.ts';
import type { Journey } from '../../simulator/data-plane/journey.ts';
import { request } from '../../simulator/data-plane/request.ts';
import { duration, type Printer } from '../print.ts';

export interface Show {
  readonly landbridge: LocalLandbridge;
  readonly fleet: string;
  readonly regions: readonly string[];
  /** Starts an execution as an operator would: over the wire. */
  readonly start: (workflow: string, input: object) => Promise<string>;
  stranger(account: string): Caller;
  /** The machine's clock, in ms: how long a person waited. */
  readonly wallMs: () => number;
  readonly print: Printer;
}

export interface Joined {
  readonly region: string;
  readonly execution: Execution;
  readonly wallMs: number;
}

interface Outcome {
  readonly says: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly reads: number;
  readonly writes: number;
  readonly ids: Readonly<Record<string, string>>;
}

/** Joins Regions side by side, and tells what was made in each. */
export async function showJoins({
  landbridge,
  fleet,
  regions,
  start,
  wallMs,
  print,
}: Show): Promise<readonly Joined[]> {
  print.line(`\n${pc.bold('Joining')} ${regions.join(', ')}: one StartExecution each, side by side`);
  const beganMs = wallMs();
  const arns = await Promise.all(regions.map((region) => start('onboard-region', { fleet, region })));
  const joined = await Promise.all(
    arns.map(async (arn, index): Promise<Joined> => {
      const execution = await landbridge.ended(arn);
      const region = regions[index] ?? '';
      print.progress(`  ${region} ${execution.status.toLowerCase()}`);
      return { region, execution, wallMs: wallMs() - beganMs };
    }),
  );
  const rows = joined.map(({ region, execution, wallMs: tookMs }) => {
    if (execution.status !== 'SUCCEEDED')
      return [region, pc.red(execution.status), '', '', '', '', execution.cause ?? ''];
    const { seconds, rounds, reads, writes, ids } = execution.output as Outcome;
    return [
      region,
      duration(seconds * 1_000),
      duration(tookMs),
      String(rounds),
      String(reads),
      String(writes),
      madeIn(ids),
    ];
  });
  print.table(['region', 'simulated', 'wall', 'rounds', 'reads', 'writes', 'made (ids in landbridge status)'], rows);
  return joined;
}

/** '2 peering, 2 subnet, vpc': how many of each kind. */
function madeIn(ids: Readonly<Record<string, string>>): string {
  const kinds = Map.groupBy(Object.keys(ids), (key) => key.slice(0, key.indexOf('/')));
  return [...kinds].map(([kind, keys]) => (keys.length === 1 ? kind : `${keys.length} ${kind}`)).join(', ');
}

const vpcOf = (state: FleetState, region: string): string =>
  state.members.find((member) => member.region === region)?.borrowed?.vpcId ??
  state.ids.get(keyOf('vpc', region)) ??
  '';

const standsAt = (state: FleetState, region: string): Required<CallerSpec> => ({
  account: accountAt(state.declared, region),
  region,
  vpcId: vpcOf(state, region),
});

/** One request of the matrix, and whether it was answered by whom it was for. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly isRight: boolean;
  readonly latencyMs: number;
  readonly status?: number;
  readonly failedAt?: string;
}

/** One request from every member to every serving member by the fleet's name. */
export async function showMatrix({ landbridge, fleet, print }: Show): Promise<readonly Asked[]> {
  const state = await new FleetStore(landbridge.operator).load(fleet);
  const { world } = landbridge;
  const serving = state.members.filter(({ role }) => role === 'serving');
  const url = `https://${state.declared.fleet.domain}${provingPath(state.declared.fleet)}`;
  print.line(`\n${pc.bold('Everyone asks everyone')} GET ${url}, answered by the functions`);
  const matrix: Asked[] = [];
  const rows: string[][] = [];
  for (const from of state.members) {
    const cells = await Promise.all(
      serving.map(async (to) => {
        const journey = await request(world, {
          from: standsAt(state, from.region),
          url,
          pin: to.region,
          resolverCache: 'bypass',
        });
        const isRight = journey.outcome === 'answered' && regionIn(journey) === to.region;
        const { status, latencyMs, failedAt } = journey;
        matrix.push({
          from: from.region,
          to: to.region,
          isRight,
          latencyMs,
          ...(status !== undefined && { status }),
          ...(failedAt !== undefined && { failedAt }),
        });
        return isRight ? pc.green(`${status} in ${Math.round(latencyMs)} ms`) : pc.red(failedAt ?? 'wrong Region');
      }),
    );
    rows.push([from.region, ...cells]);
  }
  print.table(['from \\ to', ...serving.map(({ region }) => region)], rows);
  return matrix;
}

/** The Region that the function itself says it ran in. */
const regionIn = ({ body }: Journey): unknown => (JSON.parse(body ?? '{}') as { region?: unknown }).region;

/** How long somebody who watches waits for the next breakage: eight minutes at 120 times real time, and steers cool down for five. */
const PATIENCE_MS = 4_000;

/** Breaks the fleet in every way we know, one at a time, and tells how it mended itself. */
export async function showHealing({ landbridge, fleet, stranger, wallMs, print }: Show): Promise<readonly Healing[]> {
  const { world, operator } = landbridge;
  const state = await new FleetStore(operator).load(fleet);
  const url = `https://${state.declared.fleet.domain}${provingPath(state.declared.fleet)}`;
  const specs = state.members.map(({ region }) => standsAt(state, region));
  const callers = callersIn(world, specs, url);
  const [to = '', from = to] = state.members.filter(({ role }) => role === 'serving').map(({ region }) => region);
  print.line(
    `\n${pc.bold('Breaking it')} ${breakages.length} ways between ${from} and ${to}; a caller in every member sends one request a second`,
  );
  // Whoever breaks what a member consists of does so where it lives; a view lies with the callers that see it.
  const strangerThere: Caller = (call) => {
    const region = call.region === GLOBAL_REGION && call.service === 'route-53' ? from : call.region;
    return stranger(accountAt(state.declared, region))(call);
  };
  const healings: Healing[] = [];
  for (const breakage of breakages) {
    const patientUntilMs = wallMs() + PATIENCE_MS;
    if (!(await untilCalm(landbridge, fleet, () => wallMs() < patientUntilMs)))
      print.progress(
        pc.dim('  callers are still kept off somebody, or an incident is open: what is next may end elsewhere'),
      );
    print.progress(`  ${breakage.name} ...`);
    let ended = '';
    const healing = await heal(
      breakage,
      { from, to },
      {
        landbridge,
        stranger: strangerThere,
        callers,
        async whileBroken() {
          const journey = await request(world, {
            from: standsAt(state, from),
            url,
            pin: to,
            resolverCache: 'bypass',
          });
          ended = journey.failedAt === undefined ? 'a request was answered' : `a request ended at ${journey.failedAt}`;
        },
      },
    );
    healings.push(healing);
    print.progress(
      `    ${healing.healed ? 'healed' : 'NOT HEALED'} after ${duration(healing.healedAfterMs)}; while it was broken, ${ended}`,
    );
  }
  callers.stop();
  print.table(
    ['what was broken', 'noticed by', 'healed after', 'writes', 'requests lost'],
    healings.map(({ breakage, noticedBy, healed, healedAfterMs, writes, tolls }) => [
      breakage,
      noticedBy.replace(/ by arn:.*$/, ''),
      healed ? pc.green(duration(healedAfterMs)) : pc.red(`not within ${duration(healedAfterMs)}`),
      String(writes),
      tolls.lost === 0 ? `0 of ${tolls.sent}` : `${tolls.lost} of ${tolls.sent} (${lostIn(tolls.lostBy)})`,
    ]),
  );
  return healings;
}

/** 'eu-west-1 at route, name' */
const lostIn = (lostBy: Healing['tolls']['lostBy']): string =>
  Object.entries(lostBy)
    .map(([region, hops]) => `${region} at ${Object.keys(hops).join(', ')}`)
    .join('; ');
