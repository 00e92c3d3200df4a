import { Command } from 'commander';
import pc from 'picocolors';
import { Fault } from '../../control-plane/model/faults.ts';
import { takeOver } from '../../operator/take-over.ts';
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
      print.line(`\nNothing runs yet. Next:`);
      print.line(
        `  landbridge deploy --home ${home} --standby none --require-approval never    the control plane, beside its state`,
      );
      print.line(`  landbridge reconcile --home ${home}    agents and events learn where home is`);
      print.line(`  landbridge health --home ${home}`);
      print.line(`and write home: ${home}, and no standby, into the fleet files.`);
      print.json(done);
    });
