import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { write } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { sdkCaller } from '../../handlers/runtime/sdk-caller.ts';
import { localLandbridge } from '../../local/local-landbridge.ts';
import { readFleetFile } from '../../local/read-fleet-file.ts';
import { ScaledClock } from '../../simulator/clocks/scaled-clock.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { listen } from '../../simulator/wire/server.ts';
import { printerOf } from '../context.ts';
import { BadInput, EXIT, reportFailure } from '../exit.ts';
import { tryNext } from '../start/try-next.ts';
import { type Show, showHealing, showJoins, showMatrix } from '../start/show.ts';

const ACCOUNT = '111122223333';
const STRANGER = 'AKIASTRANGER00000000';
const EXAMPLE = new URL('../../examples/payments.fleet.yaml', import.meta.url).pathname;

interface Options {
  readonly once?: true;
  readonly fleet: string;
  readonly scenario: 'all' | 'join' | 'none';
  readonly scale: number;
  readonly port: number;
  readonly resources?: string;
  readonly seed: string;
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
    .addOption(new Option('--scenario <what>', 'what to show: everything, only the joins, or nothing').choices(['all', 'join', 'none']).default('all'))
    .option('--fleet <file>', 'the fleet file', EXAMPLE)
    .addOption(new Option('--scale <times>', 'how much faster than real time').argParser(positive).default(120))
    .addOption(new Option('--port <port>', 'where AWS answers on 127.0.0.1').argParser(positive).default(4566))
    .option('--resources <url>', 'manage resources at this endpoint (moto, an emulator, AWS) with workflows and functions here')
    .option('--seed <text>', 'chance: the same seed, the same ids and delays', 'landbridge')
    .action(async (options: Options, command: Command) => {
      const wallMs = (): number => performance.now();
      const beganMs = wallMs();
      const print = printerOf(command);
      const found = readFleetFile(options.fleet, ACCOUNT);
      if ('problems' in found) throw new BadInput(found.problems);
      const { fleet, artefacts } = found;

      const clock = new ScaledClock({ scale: options.scale });
      // Whoever runs a fleet has had its certificates issued long before.
      const world = createSimulator({ clock, seed: options.seed, account: ACCOUNT, timings: { certificateIssuedMs: 0 } });
      const server = await listen(world, { port: options.port });
      const landbridge = await localLandbridge({
        world,
        home: fleet.home,
        reach: {
          kind: 'wire',
          simulator: server.url,
          ...(options.resources !== undefined && { resources: options.resources }),
        },
      });
      await landbridge.put(fleet, artefacts);
      print.line(`${pc.bold('landbridge')} is ready after ${Math.round(wallMs() - beganMs)} ms: AWS answers at ${server.url}, account ${ACCOUNT}, ${options.scale} times as fast as real time`);

      world.sessions.set(STRANGER, { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/stranger`, account: ACCOUNT });
      const endpoint = { AWS_ENDPOINT_URL: options.resources ?? server.url, AWS_ENDPOINT_URL_SFN: server.url };
      const operatorCall = sdkCaller({ ...endpoint, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'operator' });
      const show: Show = {
        landbridge,
        fleet: fleet.name,
        regions: Object.keys(fleet.members),
        stranger: sdkCaller({ ...endpoint, AWS_ACCESS_KEY_ID: STRANGER, AWS_SECRET_ACCESS_KEY: 'stranger' }),
        wallMs,
        print,
        async start(workflow, input) {
          const stateMachineArn = `arn:aws:states:${fleet.home}:${ACCOUNT}:stateMachine:landbridge-${workflow}`;
          const started = await converse(
            write(fleet.home, 'sfn', 'startExecution', { stateMachineArn, input: JSON.stringify(input) }),
            operatorCall,
          );
          return started.executionArn ?? '';
        },
      };
      const isGood = await play(show, options).catch((error: unknown) => {
        reportFailure(error, print.isJson);
        return false;
      });
      const lostMs = clock.lag();
      if (lostMs > 1_000) print.line(pc.dim(`this machine ran ${Math.round(lostMs / 1_000)} simulated seconds behind ${options.scale} times real time`));
      print.line(`\n${isGood ? pc.green('All well') : pc.red('Not all well')} after ${((wallMs() - beganMs) / 1_000).toFixed(1)} s.`);
      if (!isGood) process.exitCode = EXIT.failed;
      if (options.once) {
        await server.close();
        // Schedules would keep the process alive for ever.
        process.exit();
      }
      print.line(tryNext(server.url, fleet));
    });

async function play(show: Show, { scenario, resources }: Options): Promise<boolean> {
  if (scenario === 'none') return true;
  const joined = await showJoins(show);
  const isJoined = joined.every(({ execution }) => execution.status === 'SUCCEEDED');
  if (resources !== undefined) {
    show.print.line(`\n${resources} has no data plane and tells of no write: requests and healing are shown by the simulator's own resources`);
    return isJoined;
  }
  if (!isJoined || !(await showMatrix(show))) return false;
  if (scenario === 'join') return true;
  const healings = await showHealing(show);
  return healings.every(({ healed }) => healed) && (await showMatrix(show));
}
