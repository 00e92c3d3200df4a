import { Command } from 'commander';
import pc from 'picocolors';
import { readOrAbsent } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { machineArn } from '../../handlers/runtime/executions.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { type TakenOver, takeOver } from '../../operator/take-over.ts';
import { contextOf, type GlobalOptions } from '../context.ts';
import { question } from '../question.ts';

interface Options {
  readonly because?: string;
  readonly although?: string;
  readonly yes?: true;
}

export const takeover = (): Command =>
  new Command('takeover')
    .description('home is gone: make the standby, given as --home, the home of its fleets, and shut the old one out')
    .option('--because <text>', 'why, for the journal')
    .option('--although <why>', 'home answers, and its fleets are taken from it all the same; it is stopped first')
    .option('--yes', 'do not ask for the name of the Region')
    .action(async ({ because = 'asked for by hand', although, yes }: Options, command: Command) => {
      const { runtime, print, who } = await contextOf(command);
      const { home } = command.optsWithGlobals<GlobalOptions>();
      if (yes !== true) {
        const ask = question();
        if (ask === undefined)
          throw new Fault(
            'Rejected',
            `nothing was done: nobody is there to type ${home}; --yes says that you are sure`,
          );
        const typed = await ask(
          `${home} becomes the home of every fleet whose standby it is; there is no way back but another takeover.\nType ${home} to go on: `,
        );
        if (typed.trim() !== home) throw new Fault('Rejected', `nothing was done: “${typed.trim()}” is not ${home}`);
      }
      const done = await takeOver({ by: who, because, although }, runtime);
      for (const fleet of done.fleets)
        print.line(
          done.already.includes(fleet)
            ? `${fleet} is at home in ${home} already`
            : `${pc.green(fleet)} is at home in ${home} now; whoever acts for it elsewhere is refused`,
        );
      for (const rule of done.stopped) print.line(`stopped ${rule}`);
      for (const { name, region } of done.notStopped)
        print.line(
          `${pc.yellow('not stopped')} ${name} in ${region}, which did not answer: what it wakes is refused. When it answers: aws events disable-rule --name ${name} --region ${region}`,
        );
      const marks = await Promise.all(done.fleets.map((fleet) => new FleetStore(runtime, home).homeMark(fleet)));
      const isTaken = marks.some((mark) => mark?.region === home);
      for (const line of nextAfter(done, home, { isTaken, isRunning: await runsIn(home, runtime) })) print.line(line);
      print.json(done);
    });

/** Whether the control plane is there: a standby holds its state and no workflows. */
async function runsIn(home: Region, { settings, call }: Runtime): Promise<boolean> {
  const stateMachineArn = machineArn({ ...settings, home }, 'reconcile');
  return (await converse(readOrAbsent(home, 'sfn', 'describeStateMachine', { stateMachineArn }), call)) !== undefined;
}

/**
 * What is left to do.
 *
 * In  which fleets are at home there; whether any ever had another home, and whether the control plane runs there. Where it does,
 *     or where home was never taken over, a deployment without a standby would take the standby away
 */
export function nextAfter(
  { fleets, already }: TakenOver,
  home: Region,
  { isTaken, isRunning }: { readonly isTaken: boolean; readonly isRunning: boolean },
): readonly string[] {
  if (fleets.length === 0) return ['there is no fleet there: nothing was changed'];
  const isNew = fleets.length > already.length;
  if (!isNew && (isRunning || !isTaken))
    return [
      `\nNothing was changed, and nothing is left to do: ${home} is home already${isRunning ? ', and the control plane runs there' : ''}.`,
      `  landbridge status --home ${home}    who is in, and what is under way`,
      `Where ${home} is what is sick, move callers off it with landbridge evacuate; where it is gone, name the standby as --home.`,
    ];
  return [
    ...(isRunning
      ? ['\nThe control plane runs there already. Next:']
      : [
          '\nNothing runs yet. Next:',
          `  landbridge deploy --home ${home} --standby none --require-approval never    the control plane, beside its state`,
        ]),
    `  landbridge reconcile --home ${home}    agents and events learn where home is`,
    `  landbridge health --home ${home}`,
    `and write home: ${home}, and no standby, into the fleet files.`,
  ];
}
