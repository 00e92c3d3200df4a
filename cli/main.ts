import { Command, CommanderError, Option } from 'commander';
import { plainJson } from '../control-plane/model/plain-text.ts';
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
import { map } from './commands/map.ts';
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
  map,
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

const EXIT_CODES = `
Exit codes:
  0  done
  1  failed: a run that failed may have changed something; of doctor, diff, request and plan also that something is wrong,
     differs, was not answered, or could not be looked at
  2  bad usage or input, or refused, as by a policy, before anything was changed`;

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
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  const words = argv.slice(2);
  const isJson = asksForJson(words);
  // One document on standard error, when everything is known.
  if (isJson) program.configureOutput({ writeErr: () => undefined });
  for (const command of commands) program.addCommand(command());
  settle(program);
  try {
    await program.parseAsync(unknownName(program, words) ?? words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) reportFailure(error, isJson);
    else if (error.exitCode === 0) process.exitCode = EXIT.done;
    else {
      process.exitCode = EXIT.badInput;
      if (isJson) console.error(plainJson({ error: saidBy(error) }));
    }
  }
}

/** Read before anything else is: what is wrong with the rest of the line is told in the same form. */
const asksForJson = (words: readonly string[]): boolean =>
  words.some(
    (word, at) => word === '--json' || word === '--output=json' || (word === '--output' && words[at + 1] === 'json'),
  );

/** Every command under another ends as that does, and names its own help where it is used wrongly. */
function settle(command: Command, path = command.name()): void {
  command.showHelpAfterError(`(${path} --help tells what there is)`);
  for (const under of command.commands) settle(under.copyInheritedSettings(command), `${path} ${under.name()}`);
}

/** Help that is asked for about no command of ours: left to itself, commander shows all there is, as if nothing were wrong. */
function unknownName(program: Command, words: readonly string[]): readonly string[] | undefined {
  const { operands, unknown } = program.parseOptions([...words]);
  const [first, second] = operands;
  const asked =
    first === 'help' ? second : unknown.some((word) => word === '--help' || word === '-h') ? first : undefined;
  const isKnown = asked === undefined || asked === 'help' || program.commands.some((one) => one.name() === asked);
  return isKnown ? undefined : [asked];
}

/** Where no command was named, commander's own words are a note to itself. */
const saidBy = ({ code, message }: CommanderError): string =>
  code === 'commander.help'
    ? 'no command was named: landbridge --help tells what there is'
    : message.replace(/^error: /, '');
