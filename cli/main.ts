import { Command, CommanderError, Option } from 'commander';
import { cost } from './commands/cost.ts';
import { deploy } from './commands/deploy.ts';
import { destroy } from './commands/destroy.ts';
import { diff } from './commands/diff.ts';
import { doctor } from './commands/doctor.ts';
import { drill } from './commands/drill.ts';
import { evacuate } from './commands/evacuate.ts';
import { explain } from './commands/explain.ts';
import { health } from './commands/health.ts';
import { incidents } from './commands/incidents.ts';
import { offboard } from './commands/offboard.ts';
import { onboard } from './commands/onboard.ts';
import { plan } from './commands/plan.ts';
import { put } from './commands/put.ts';
import { reconcile } from './commands/reconcile.ts';
import { request } from './commands/request.ts';
import { restore } from './commands/restore.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { takeover } from './commands/takeover.ts';
import { validate } from './commands/validate.ts';
import { EXIT, reportFailure } from './exit.ts';

/** Every command, in the order a newcomer meets them. A new one is one file and one line here. */
const commands = [
  start,
  validate,
  doctor,
  deploy,
  diff,
  put,
  onboard,
  plan,
  status,
  health,
  incidents,
  request,
  reconcile,
  evacuate,
  restore,
  takeover,
  drill,
  explain,
  cost,
  offboard,
  destroy,
];

/** Runs one command line; sets the process's exit code: 0 done, 1 failed, 2 bad usage or input. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('landbridge')
    .description('A self-healing control plane for private APIs that live in several AWS Regions')
    .addOption(
      new Option('--endpoint-url <url>', 'an AWS in the place of AWS: simulator, moto, another emulator').env(
        'AWS_ENDPOINT_URL',
      ),
    )
    .option(
      '--simulator',
      'short for the simulator that `npm start` runs, http://127.0.0.1:4566, with its own credentials',
    )
    .addOption(new Option('--home <region>', "the fleet's home Region").env('LANDBRIDGE_HOME').default('us-east-1'))
    .addOption(new Option('--table <name>', 'the state table').env('LANDBRIDGE_TABLE').default('landbridge-state'))
    .addOption(new Option('--output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .showHelpAfterError('(landbridge --help tells what there is)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const command of commands) program.addCommand(command().copyInheritedSettings(program));
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    else reportFailure(error, program.opts<{ output?: string }>().output === 'json');
  }
}
