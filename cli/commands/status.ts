import { Command } from 'commander';
import pc from 'picocolors';
import { isAbroad } from '../../control-plane/model/accounts.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { linksOf } from '../../control-plane/model/topology.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import { contextOf, fleetStateOf } from '../context.ts';
import { duration } from '../print.ts';

const NEWEST_ENTRIES = 100;
const SHOWN_RUNS = 8;

export const status = (): Command =>
  new Command('status')
    .description('who is in a fleet, what is under way, and what happened last')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .action(async (options: { fleet?: string }, command: Command) => {
      const context = await contextOf(command);
      const { runtime, print } = context;
      const state = await fleetStateOf(options.fleet, context);
      const { name } = state.declared.fleet;
      const journal = await new Journal(runtime).newest(name, NEWEST_ENTRIES);
      const outcomes = journal.filter(({ what }) => what === 'outcome').slice(0, SHOWN_RUNS);
      const links = linksOf(state.declared);
      const conflicts = journal.filter(({ finding }) => finding === 'conflict');
      const { fleet } = state.declared;
      print.line(
        `${pc.bold(fleet.name)}  ${fleet.domain}  home ${fleet.home}, ${fleet.network.topology.kind} of ${links.length} links`,
      );
      print.line();
      const isAnyAbroad = state.members.some((member) => isAbroad(fleet, member));
      print.table(
        ['member', ...(isAnyAbroad ? ['account'] : []), 'role', 'phase', 'in traffic', 'addresses', 'vpc', 'endpoint'],
        state.members.map(({ region, role, phase, inTraffic, cidrs, borrowed, account = fleet.account }) => [
          region,
          ...(isAnyAbroad ? [account] : []),
          role,
          phase === 'joined' ? pc.green(phase) : pc.yellow(phase),
          role === 'client' ? '-' : inTraffic ? 'yes' : pc.yellow('no'),
          cidrs.join(' '),
          borrowed === undefined ? (state.ids.get(keyOf('vpc', region)) ?? '-') : `${borrowed.vpcId} (borrowed)`,
          state.ids.get(keyOf('endpoint', region)) ?? '-',
        ]),
      );
      for (const { run, scope } of state.runs) print.line(`\nunder way: ${run} ${JSON.stringify(scope)}`);
      if (outcomes.length > 0) print.line('\nlast runs');
      const newestMs = journal[0]?.atMs ?? 0;
      print.table(
        ['before the newest', 'run', 'asked for by', 'outcome', 'writes'],
        outcomes.map(({ atMs, run, signal, outcome, writes }) => [
          duration(newestMs - atMs),
          run,
          String(signal),
          outcome === 'failed' ? pc.red('failed') : String(outcome),
          String(writes),
        ]),
      );
      for (const [kind, because] of Object.entries(state.leftOut))
        print.line(`${pc.yellow('left out')} ${kind}: ${because}`);
      for (const { target, says } of conflicts) print.line(`${pc.red('conflict')} ${target ?? ''}: ${says}`);
      print.json({
        fleet: fleet.name,
        domain: fleet.domain,
        home: fleet.home,
        members: state.members,
        links: links.map((link) => link.name),
        runs: state.runs,
        outcomes,
        conflicts,
        leftOut: state.leftOut,
      });
    });
