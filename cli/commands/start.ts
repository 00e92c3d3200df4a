import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { accountsAbroad } from '../../control-plane/model/accounts.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import { problem } from '../../control-plane/model/problem.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { DEPLOYER } from '../../local/install.ts';
import { localLandbridge, type Resources } from '../../local/local-landbridge.ts';
import type { Healing } from '../../local/scenario.ts';
import { operatorCaller } from '../../operator/operator-caller.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { ScaledClock } from '../../simulator/clocks/scaled-clock.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { listen } from '../../simulator/wire/server.ts';
import type { Authorization } from '../../simulator/world.ts';
import { agentsFor } from '../agents-for.ts';
import { printerOf } from '../context.ts';
import { BadInput, EXIT, reportFailure } from '../exit.ts';
import { duration } from '../print.ts';
import { certificatesIssued, resourcesAt, showLimits } from '../start/resources.ts';
import { type Asked, type Joined, type Show, showHealing, showJoins, showMatrix } from '../start/show.ts';
import { tryNext } from '../start/try-next.ts';
import { wholeNumber } from '../whole-number.ts';

const ACCOUNT = '111122223333';
/** Until it listens, all that is known of the simulator's address is that it is not AWS's. */
const SIMULATED = 'http://127.0.0.1';
/** Breaks things by hand in an account, and may. */
const STRANGER_NAME = 'stranger';
const strangerKey = (account: string): string => `AKIASTRA${account}`;
const EXAMPLE = new URL('../../examples/payments.fleet.yaml', import.meta.url).pathname;

interface Options {
  readonly once?: true;
  readonly fleet: string;
  readonly scenario: 'all' | 'join' | 'none';
  readonly scale?: number;
  readonly port: number;
  readonly resources?: string;
  readonly seed: string;
  readonly iam: Authorization;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is needed');
  return value;
};

export const start = (): Command =>
  new Command('start')
    .description('run Landbridge on this machine: the real workflows and functions in a simulated AWS')
    .option('--once', 'show it, and exit: 0 only if everything joined and healed')
    .addOption(
      new Option('--scenario <what>', 'what to show: everything, only the joins, or nothing')
        .choices(['all', 'join', 'none'])
        .default('all'),
    )
    .addOption(new Option('--fleet <file>', 'the fleet file').default(EXAMPLE, 'examples/payments.fleet.yaml'))
    .addOption(
      new Option(
        '--scale <times>',
        'how much faster than real time (default: 120; 1 where --resources takes its own time)',
      ).argParser(positive),
    )
    .addOption(
      new Option('--port <port>', 'where AWS answers on 127.0.0.1').argParser(wholeNumber(1, 65_535)).default(4566),
    )
    .option(
      '--resources <url>',
      'workflows and functions run here, and what they manage lives there: moto, another emulator, or `aws`',
    )
    .addOption(
      new Option('--iam <whether>', 'whether the simulated AWS asks what roles and users may do')
        .choices(['enforced', 'ignored'])
        .default('enforced'),
    )
    .option('--seed <text>', 'chance: the same seed, the same ids and delays', 'landbridge')
    .action(async (options: Options, command: Command) => {
      const wallMs = (): number => performance.now();
      const beganMs = wallMs();
      const print = printerOf(command);
      const resources = options.resources === undefined ? undefined : await resourcesAt(options.resources, process.env);
      const account = resources?.account ?? ACCOUNT;
      const endpointUrl = resources === undefined ? SIMULATED : resources.endpoint.url;
      const agents = await agentsFor({ AWS_ENDPOINT_URL: endpointUrl });
      const found = readFleetFile(options.fleet, account, agents);
      if ('problems' in found) throw new BadInput(found.problems);
      const { fleet, artefacts } = found;

      const scale = options.scale ?? (resources?.endpoint.isInstant === false ? 1 : 120);
      // What lives elsewhere remembers when: there the clock goes on from now.
      const clock = new ScaledClock({ scale, ...(resources !== undefined && { startMs: Date.now() }) });
      // Whoever runs a fleet has had its certificates issued long before.
      const world = createSimulator({
        clock,
        seed: options.seed,
        account,
        timings: { certificateIssuedMs: 0 },
        authorization: options.iam,
        trustedRoles: [DEPLOYER, STRANGER_NAME],
      });
      const server = await listen(world, { port: options.port }).catch((error: unknown): never => {
        const says = error instanceof Error ? error.message : String(error);
        throw new BadInput([problem('--port', says, 'name a free one, such as --port 4567')]);
      });
      const leave = async (): Promise<never> => {
        await server.close();
        // Schedules would keep the process alive for ever.
        process.exit();
      };
      const fail = (error: unknown): Promise<never> => {
        reportFailure(error, print.isJson);
        return leave();
      };
      const landbridge = await localLandbridge({
        world,
        home: fleet.home,
        standby: fleet.standby,
        memberAccounts: Object.fromEntries(accountsAbroad(fleet).map((id) => [id, [fleet.name]])),
        reach: {
          kind: 'wire',
          simulator: server.url,
          ...(resources !== undefined && { resources }),
        },
      }).catch(fail);
      await landbridge.put(fleet, artefacts).catch(fail);
      print.line(
        `${pc.bold('landbridge')} is ready after ${Math.round(wallMs() - beganMs)} ms: AWS answers at ${server.url}, account ${account}, ${scale} times as fast as real time`,
      );
      if (resources !== undefined) {
        print.line(`What it manages lives at ${pc.bold(resources.endpoint.name)}`);
        if (resources.endpoint.url !== undefined) await certificatesIssued(resources, fleet, print).catch(fail);
      }

      for (const id of [account, ...accountsAbroad(fleet)])
        world.sessions.set(strangerKey(id), {
          kind: 'IAMUser',
          arn: `arn:aws:iam::${id}:user/${STRANGER_NAME}`,
          account: id,
        });
      const endpoint = { AWS_ENDPOINT_URL: server.url };
      const operatorCall = operatorCaller({
        ...endpoint,
        AWS_ACCESS_KEY_ID: account,
        AWS_SECRET_ACCESS_KEY: 'operator',
      });
      const show: Show = {
        landbridge,
        fleet: fleet.name,
        regions: Object.keys(fleet.members),
        stranger: (id) =>
          operatorCaller({ ...endpoint, AWS_ACCESS_KEY_ID: strangerKey(id), AWS_SECRET_ACCESS_KEY: 'stranger' }),
        wallMs,
        print,
        async start(workflow, input) {
          const stateMachineArn = `arn:aws:states:${fleet.home}:${account}:stateMachine:landbridge-${workflow}`;
          const started = await converse(
            write(fleet.home, 'sfn', 'startExecution', { stateMachineArn, input: JSON.stringify(input) }),
            operatorCall,
          );
          return started.executionArn ?? '';
        },
      };
      const readyAfterMs = wallMs() - beganMs;
      const performed = await play(show, options, resources).catch((error: unknown): Performed => {
        reportFailure(error, print.isJson);
        return { ...NOTHING, isGood: false };
      });
      const { isGood } = performed;
      const lostMs = clock.lag();
      if (lostMs > 1_000)
        print.line(
          pc.dim(
            `this machine was too busy for ${scale} times real time: simulated time came out ${duration(lostMs)} behind`,
          ),
        );
      print.line(`\n${verdict(isGood, resources)} after ${((wallMs() - beganMs) / 1_000).toFixed(1)} s.`);
      print.json({ url: server.url, account, fleet: fleet.name, scale, readyAfterMs, ...performed });
      if (!isGood) process.exitCode = EXIT.failed;
      if (options.once) await leave();
      for (const line of tryNext(server.url, account, fleet, resources?.endpoint)) print.line(line);
    });

/** What was shown, for programs. */
interface Performed {
  readonly isGood: boolean;
  readonly joins: readonly Joined[];
  /** Of the last time that everyone asked everyone. */
  readonly requests: readonly Asked[];
  readonly healings: readonly Healing[];
}

const NOTHING: Performed = { isGood: true, joins: [], requests: [], healings: [] };

async function play(show: Show, { scenario }: Options, resources: Resources | undefined): Promise<Performed> {
  if (scenario === 'none') return NOTHING;
  const joins = await showJoins(show);
  const isJoined = joins.every(({ execution }) => execution.status === 'SUCCEEDED');
  if (resources !== undefined) {
    showLimits(resources.endpoint, show.print);
    return { ...NOTHING, joins, isGood: isJoined };
  }
  if (!isJoined) return { ...NOTHING, joins, isGood: false };
  const requests = await showMatrix(show);
  const isReached = requests.every(({ isRight }) => isRight);
  if (scenario === 'join' || !isReached) return { ...NOTHING, joins, requests, isGood: isReached };
  const healings = await showHealing(show);
  const again = await showMatrix(show);
  const isGood = healings.every(({ healed }) => healed) && again.every(({ isRight }) => isRight);
  return { isGood, joins, requests: again, healings };
}

const verdict = (isGood: boolean, resources: Resources | undefined): string => {
  if (!isGood) return pc.red('Not all well');
  return pc.green(resources === undefined ? 'All well' : `All joined, as far as ${resources.endpoint.name} goes,`);
};
